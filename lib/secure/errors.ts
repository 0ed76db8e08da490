/** What can go wrong in the secure channel, with identities and with keys. */
export class SecureError extends Error {
  /** Says what went wrong, in a phrase or a sentence. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * The handshake failed: a message of it was forged, altered, cut or out of
 * order. Nothing was delivered and the connection is closed.
 */
export class HandshakeError extends SecureError {
}

/** The handshake did not finish in time. The connection is closed. */
export class HandshakeTimeoutError extends HandshakeError {
  /**
   * Whether the other end has sent nothing at all, as a program that speaks only
   * the plain protocol may do when it reads HELLO.
   */
  readonly silent: boolean;

  /**
   * Says how long the handshake had.
   *
   * @param timeoutMs How long it had, in ms.
   * @param silent Whether the other end has sent nothing.
   */
  constructor(timeoutMs: number, silent: boolean) {
    super(
      `the handshake did not finish within ${timeoutMs / 1000} s` +
        (silent ? ": the other end sent nothing" : ""),
    );
    this.silent = silent;
  }
}

/**
 * The other end does not speak the secure mode: it answered with bytes that
 * cannot be a handshake message, or closed the connection without an answer.
 */
export class NotSecureError extends SecureError {
  /** The first bytes of its answer, such as an `ERROR` in plain; or none. */
  readonly reply: Uint8Array;

  /**
   * Says which of the two it was.
   *
   * @param reply What the other end answered, as far as it has arrived.
   */
  constructor(reply: Uint8Array) {
    super(
      reply.length === 0
        ? "the other end closed the connection without an answer to HELLO"
        : "the other end does not speak the secure mode",
    );
    this.reply = reply;
  }
}

/** A HELLO that asks for a version of the secure mode that is not supported. */
export class UnsupportedVersionError extends SecureError {
  /** The version that this end supports. */
  readonly supported: number;

  /**
   * Says which version this end supports.
   *
   * @param asked What the HELLO asked for. The message does not repeat it, since
   * the other end wrote it.
   * @param supported The version that this end supports.
   */
  constructor(readonly asked: string | undefined, supported: number) {
    super(`this end speaks version ${supported} of the secure mode`);
    this.supported = supported;
  }
}

/**
 * The other end proved another key than the expected one. It has learned nothing
 * about this end.
 */
export class WrongKeyError extends SecureError {
  /**
   * Holds the two keys.
   *
   * @param expected The key that was expected, 32 bytes.
   * @param actual The key that the other end proved, 32 bytes.
   */
  constructor(readonly expected: Uint8Array, readonly actual: Uint8Array) {
    super("the other end has another key than the expected one");
  }
}

/**
 * A record that the other end did not write, or not in this place: forged,
 * altered, replayed or out of order. The connection is closed.
 */
export class RecordError extends SecureError {
}

/**
 * The connection ended before the other end had ended the stream: it broke, or
 * an attacker cut it. The last of what was sent may be missing.
 */
export class TruncatedStreamError extends SecureError {
}

/** Bytes that cannot be used as a key. */
export class InvalidKeyError extends SecureError {
}

/** An identity file that is refused; the message says what to do about it. */
export class IdentityError extends SecureError {
}

/** Another process uses the identity. */
export class IdentityInUseError extends IdentityError {
}

/** A sealed message that cannot be made, or cannot be opened. */
export class SealError extends SecureError {
}
