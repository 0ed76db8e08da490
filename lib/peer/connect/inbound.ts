import { FramingError } from "../../framing/mod.ts";
import {
  closeOnAbort,
  isDisconnect,
  originOf,
  type TcpWire,
} from "../../net/mod.ts";
import { secureAccept, SecureError } from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import { KeyChangedError, PeerError } from "../errors.ts";
import { keyChangedEvent } from "../events.ts";
import { OVER_QUOTA } from "../plain/mod.ts";
import type { Introduce } from "./acceptor.ts";
import type { AttachedLink } from "./attached_link.ts";
import type { ConnectContext } from "./context.ts";
import { introduceInbound } from "./introduce.ts";
import { acceptPlain, rejectPlain } from "./plain.ts";
import { reject } from "./reject.ts";
import { sniffProtocol } from "./sniff.ts";

/**
 * Serves an inbound connection until its conversation has ended. A peer that is
 * not accepted is reported to the context's `onEvent`.
 *
 * @param introduce Is told who has introduced itself.
 */
export async function acceptConnection(
  context: ConnectContext,
  wire: TcpWire,
  introduce: Introduce,
): Promise<void> {
  try {
    const link = await closeOnAbort(
      context.signal,
      wire,
      () => acceptPeer(context, wire, introduce),
    );
    await link?.ended;
  } catch (error) {
    wire.close();
    if (error instanceof PeerError || error instanceof StorageError) {
      reportRefused(context, wire, error);
    } else if (
      !(error instanceof SecureError || error instanceof FramingError) &&
      !isDisconnect(error)
    ) throw error;
  }
}

/** Attaches the connection to a conversation; undefined if it is rejected. */
async function acceptPeer(
  context: ConnectContext,
  wire: TcpWire,
  introduce: Introduce,
): Promise<AttachedLink | undefined> {
  const { ownKeys, plain, acceptance, plainQuotas, timings } = context;
  const timeoutMs = plain
    ? timings.plainIntroductionTimeoutMs
    : timings.introductionTimeoutMs;
  const sniffed = await sniffProtocol(wire, timeoutMs);
  if (sniffed.mode === "secure") {
    const secure = await secureAccept(wire, ownKeys.current, sniffed.opening, {
      timeoutMs: timings.handshakeTimeoutMs,
    });
    return await introduceInbound(context, secure, introduce);
  }
  if (sniffed.mode === "malformed") {
    await reject(wire, sniffed.error, timings.rejectLingerMs);
  } else if (plain && acceptance.plainAdmission !== "refuse") {
    introduce({ isAccepted: () => false });
    if (plainQuotas.take(originOf(wire.remote.host), 0, Date.now())) {
      return await acceptPlain(context, sniffed.wire, wire);
    }
    await reject(sniffed.wire, OVER_QUOTA, timings.rejectLingerMs);
  } else if (sniffed.mode === "plain") await rejectPlain(context, sniffed.wire);
  else wire.close();
}

function reportRefused(
  { onEvent }: ConnectContext,
  { remote: address }: TcpWire,
  error: PeerError | StorageError,
): void {
  onEvent(
    error instanceof KeyChangedError
      ? keyChangedEvent(error, "in")
      : { type: "refused", address, reason: error.message },
  );
}
