/**
 * Bytes to messages and back: one text format for every protocol of the
 * project (PROTOCOL.md, "Messages"). Knows no method or header but
 * `Content-Length`.
 *
 * @module
 */
export { concat, EMPTY_BYTES } from "./bytes.ts";
export { Channel } from "./channel.ts";
export { encodeMessage } from "./encode.ts";
export {
  BodyTooLargeError,
  ControlCharacterError,
  FramingError,
  HeaderBlockTooLargeError,
  MalformedMessageError,
  TooManyHeadersError,
  TruncatedMessageError,
} from "./errors.ts";
export type { ReaderOptions } from "./head.ts";
export {
  type Header,
  MAX_BODY_BYTES,
  MAX_HEADER_BLOCK_BYTES,
  MAX_HEADERS,
  Message,
} from "./message.ts";
export { MessageReader } from "./reader.ts";
export { isToken } from "./token.ts";
