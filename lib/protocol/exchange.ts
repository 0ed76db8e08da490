import type { Message } from "../framing/mod.ts";

/**
 * A method of the registry: what a client asks and what it is answered, for
 * both ends (PROTOCOL.md, "Methods"). The messages are without their `Seq`,
 * which {@linkcode withSeq} adds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LOOKUP, seqOf, withSeq } from "./mod.ts";
 *
 * // The client asks; the message goes through the secure channel.
 * const request = withSeq(LOOKUP.encodeRequest({ target: "bob" }), "1");
 *
 * // The registry answers with the same Seq.
 * const { target } = LOOKUP.decodeRequest(request);
 * const found = { clientID: target, online: false, key: undefined };
 * const reply = withSeq(LOOKUP.encodeReply(found), seqOf(request) ?? "");
 *
 * assertEquals(reply.method, LOOKUP.replyMethod);
 * assertEquals(LOOKUP.decodeReply(reply), found);
 * ```
 */
export interface Exchange<Request, Reply> {
  /** The method of the request. */
  readonly method: string;
  /** The method of the reply. */
  readonly replyMethod: string;
  /** Writes a request. */
  encodeRequest(request: Request): Message;
  /**
   * Reads a request.
   *
   * @throws {ProtocolError} If it lacks something, or a value is not allowed.
   */
  decodeRequest(message: Message): Request;
  /** Writes a reply. */
  encodeReply(reply: Reply): Message;
  /**
   * Reads a reply.
   *
   * @throws {ProtocolError} If it lacks something, or a value is not allowed.
   */
  decodeReply(message: Message): Reply;
}
