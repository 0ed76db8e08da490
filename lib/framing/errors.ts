/**
 * Bytes that are not a message. The `code` is that of the `ERROR` reply
 * (PROTOCOL.md, "Errors").
 */
export class FramingError extends Error {
  /** The `Code` of the `ERROR` that answers it. */
  readonly code: number = 400;

  /** Says what is wrong, in a phrase. */
  constructor(reason: string) {
    super(reason);
    this.name = new.target.name;
  }
}

/** A start line, header line or header value that the grammar does not allow. */
export class MalformedMessageError extends FramingError {
}

/** A control character, or bytes that are not UTF-8, in the header block. */
export class ControlCharacterError extends FramingError {
}

/** A start line and headers longer than {@linkcode MAX_HEADER_BLOCK_BYTES} bytes. */
export class HeaderBlockTooLargeError extends FramingError {
  /** 431. */
  override readonly code = 431;
}

/** More header lines than {@linkcode MAX_HEADERS}. */
export class TooManyHeadersError extends FramingError {
  /** 431. */
  override readonly code = 431;
}

/** A `Content-Length` greater than the reader accepts. */
export class BodyTooLargeError extends FramingError {
  /** 413. */
  override readonly code = 413;
}

/** The bytes ended in the middle of a message. */
export class TruncatedMessageError extends FramingError {
}
