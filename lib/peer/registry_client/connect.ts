import { EMPTY_BYTES } from "../../framing/mod.ts";
import { type Address, formatAddress, type Wire } from "../../net/mod.ts";
import {
  HandshakeTimeoutError,
  type HelloAnswer,
  NotSecureError,
  sendHello,
} from "../../secure/mod.ts";
import { dial } from "../reach/mod.ts";
import type { PeerTimings } from "../timings.ts";
import { type KnownKeys, type OwnKeys, toConnectError } from "../trust/mod.ts";
import { RequestLink, type RequestLinkOptions } from "./request_link.ts";

/** How {@linkcode connectToRegistry} connects. */
export interface ConnectOptions extends Omit<RequestLinkOptions, "ownKey"> {
  /** Where the registry is. */
  readonly address: Address;
  /** The keys of this peer, of which the one in force is proved. */
  readonly ownKeys: Pick<OwnKeys, "current">;
  /** Checks and pins the registry's key. */
  readonly knownKeys: KnownKeys;
  /** Is told the other end of each connection. */
  readonly onConnected: (remote: Address) => void;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
}

/**
 * Connects to a registry in the secure mode; it must have its pinned key.
 *
 * @param signal Gives the attempt up.
 * @param onSilent Is given the connection, which is then its to close, if HELLO
 * is not answered in time.
 * @throws {KeyChangedError} If its key is not the pinned one.
 * @throws {PlainOnlyError} If its answer cannot be a handshake.
 * @throws {NoSecureAnswerError} If it gives no answer.
 * @throws {PeerError} If it cannot be reached, or refuses.
 */
export async function connectToRegistry(
  options: ConnectOptions,
  signal: AbortSignal,
  onSilent: (wire: Wire) => void,
): Promise<RequestLink> {
  const { address, ownKeys: { current }, knownKeys, timings } = options;
  const { dialTimeoutMs, helloTimeoutMs: timeoutMs } = timings;
  const wire = await dial(address, "the registry", {
    timeoutMs: dialTimeoutMs,
    signal,
  });
  options.onConnected(wire.remote);
  const where = formatAddress(address);
  try {
    const answer = await sendHello(wire, current, {
      timeoutMs,
      signal,
      verify: (key) => knownKeys.pinOrCheck(where, key.toBase64()),
    });
    if (answer.mode === "secure") {
      const ownKey = current.publicKey.toBase64();
      return new RequestLink(answer.wire, { ...options, ownKey });
    }
    if (answer.mode === "plain") throw await notSecure(answer);
    onSilent(answer.wire);
    throw new HandshakeTimeoutError(timeoutMs, true);
  } catch (error) {
    const isKnown = knownKeys.keyOf(where) !== undefined;
    const name = `the registry at ${where}`;
    throw toConnectError(error, { kind: "registry", name, where }, isKnown);
  }
}

/** The error of a registry that answers in plain; closes the connection. */
async function notSecure({ wire }: HelloAnswer): Promise<NotSecureError> {
  const reply = await wire.read();
  wire.close();
  return new NotSecureError(reply?.slice() ?? EMPTY_BYTES);
}
