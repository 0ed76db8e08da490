/**
 * What can be wrong with the bytes that should have been a message. The `code`
 * is the one an `ERROR` reply carries (PROTOCOL.md, "Errors").
 */
export class FramingError extends Error {
  override name = "FramingError";
  /** The `Code` of the `ERROR` reply that answers this mistake. */
  readonly code: number = 400;
}

/** A start line, header line or header value that the grammar does not allow. */
export class MalformedMessageError extends FramingError {
  override name = "MalformedMessageError";
}

/** A control character, or bytes that are not UTF-8, where text must be. */
export class ControlCharacterError extends FramingError {
  override name = "ControlCharacterError";
}

/** A start line and headers longer than {@linkcode MAX_HEADER_BLOCK} bytes. */
export class HeaderBlockTooLargeError extends FramingError {
  override name = "HeaderBlockTooLargeError";
  override readonly code = 431;
}

/** More header lines than {@linkcode MAX_HEADERS}. */
export class TooManyHeadersError extends FramingError {
  override name = "TooManyHeadersError";
  override readonly code = 431;
}

/** A `Content-Length` over what the reader was told to accept. */
export class BodyTooLargeError extends FramingError {
  override name = "BodyTooLargeError";
  override readonly code = 413;
}

/** The bytes ended in the middle of a message. */
export class TruncatedMessageError extends FramingError {
  override name = "TruncatedMessageError";
}
