import { TIMED_OUT, withTimeout } from "../../async/mod.ts";
import {
  concat,
  EMPTY_BYTES,
  encodeMessage,
  MAX_BODY_BYTES,
  MAX_HEADER_BLOCK_BYTES,
  type Message,
} from "../../framing/mod.ts";
import {
  type Address,
  closeOnAbort,
  formatAddress,
  type TcpWire,
  TimedReader,
} from "../../net/mod.ts";
import {
  decodeError,
  type PlainReply,
  ProtocolError,
  readPlainReply,
} from "../../protocol/mod.ts";
import { PeerError } from "../errors.ts";
import { dial } from "../reach/mod.ts";
import {
  NoPlainReplyError,
  NotARegistryError,
  RefusedError,
} from "./errors.ts";

/** Most bytes of a reply: existing registries write a listing into its head. */
const MAX_REPLY_BYTES = MAX_HEADER_BLOCK_BYTES + MAX_BODY_BYTES;

/** How long a listing without a length may pause before it counts as whole, in ms. */
const LIST_PAUSE_MS = 200;

/** What a registry did that ended the connection before it answered. */
const CLOSED = "closed the connection without an answer";

/** A request of the plain protocol, and how its reply is read. */
export interface PlainRequest<Reply> {
  /** The method of the request. */
  readonly method: string;
  /** Writes the request; `local` is this end of the connection. */
  readonly encode: (local: Address) => Message;
  /** The method of the reply. */
  readonly replyMethod: string;
  /** Whether the reply has a body, of which existing registries give no length. */
  readonly isList?: boolean;
  /** Reads the reply. */
  readonly decode: (reply: Message) => Reply;
}

/** How long {@linkcode askPlain} waits. */
export interface AskPlainOptions {
  /** For the connection and the reply together, in ms. */
  readonly timeoutMs: number;
  /** Is told the other end of the connection. */
  readonly onConnected: (remote: Address) => void;
  /** Gives the request up. */
  readonly signal: AbortSignal;
}

/**
 * Asks a registry in plain, on a connection of its own: existing registries
 * close it after one request.
 *
 * @throws {RefusedError} If the registry answers with an ERROR.
 * @throws {NoPlainReplyError} If it gives no answer.
 * @throws {NotARegistryError} If its answer is no reply.
 * @throws {PeerError} If it cannot be reached.
 */
export async function askPlain<Reply>(
  address: Address,
  request: PlainRequest<Reply>,
  { timeoutMs, onConnected, signal }: AskPlainOptions,
): Promise<Reply> {
  const where = formatAddress(address);
  const noReply = (how: string) =>
    new NoPlainReplyError(where, request.method, how);
  const deadline = performance.now() + timeoutMs;
  const wire = await dial(address, "the registry", { timeoutMs, signal });
  onConnected(wire.remote);
  try {
    const reply = await closeOnAbort(signal, wire, () =>
      withTimeout(
        exchange(wire, request),
        deadline - performance.now(),
      ));
    if (reply === TIMED_OUT) throw noReply("does not answer");
    if (reply === undefined) throw noReply(CLOSED);
    return read(request, reply);
  } catch (error) {
    if (error instanceof PeerError) throw error;
    if (error instanceof ProtocolError) throw new NotARegistryError(where);
    throw noReply(CLOSED);
  } finally {
    wire.close();
  }
}

function read<Reply>(
  { method, replyMethod, decode }: PlainRequest<Reply>,
  reply: Message,
): Reply {
  if (reply.method === replyMethod) return decode(reply);
  const refusal = decodeError(reply);
  if (refusal !== undefined) throw new RefusedError(method, refusal);
  throw new ProtocolError(`the reply to ${method} has another method`);
}

/**
 * Sends a request and reads its reply; undefined if none comes.
 *
 * @throws {ProtocolError} If it is no reply of a registry.
 */
async function exchange(
  wire: TcpWire,
  { encode, isList = false }: PlainRequest<unknown>,
): Promise<Message | undefined> {
  await wire.write(encodeMessage(encode(wire.local)));
  const reader = new TimedReader(wire);
  let received: Uint8Array = EMPTY_BYTES;
  let reply: PlainReply | undefined;
  for (;;) {
    const bytes = await reader.read(reply && LIST_PAUSE_MS);
    const isEnd = bytes === undefined || bytes === TIMED_OUT;
    if (isEnd && received.length === 0) return undefined;
    received = concat(received, isEnd ? EMPTY_BYTES : bytes);
    reply = readPlainReply(received, isEnd);
    if (reply !== undefined && (reply.isComplete || !isList)) {
      return reply.message;
    }
    if (received.length > MAX_REPLY_BYTES) {
      throw new ProtocolError("the reply is too long");
    }
  }
}
