import type { Message } from "../framing/mod.ts";

/**
 * A method of the registry: what a client asks and what it is answered, for
 * both ends (PROTOCOL.md, "Methods"). The messages are without their `Seq`,
 * which {@linkcode withSeq} adds.
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
