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
 * place. Nothing was delivered and the connection is closed.
 */
export class HandshakeError extends SecureError {
}

/** The handshake had not finished in time. The connection is closed. */
export class HandshakeTimeoutError extends HandshakeError {
  /**
   * Whether the other end had not said anything at all, as a program that only
   * speaks plain may do when it meets a HELLO.
   */
  readonly silent: boolean;

  /**
   * Says how long was waited, and for whom.
   *
   * @param timeout How long was waited, in ms.
   * @param silent Whether the other end had not said anything.
   */
  constructor(timeout: number, silent: boolean) {
    super(
      `no secure connection within ${timeout / 1000} s` +
        (silent ? ": the other end said nothing" : ""),
    );
    this.silent = silent;
  }
}

/**
 * The other end does not speak the secure mode: it answered with something
 * that cannot be a handshake message, or hung up without an answer.
 */
export class NotSecureError extends SecureError {
  /** The first bytes of its answer, such as an `ERROR` in plain; or none. */
  readonly reply: Uint8Array;

  /**
   * Says what came in the place of a handshake.
   *
   * @param reply What the other end said, as far as it has arrived.
   */
  constructor(reply: Uint8Array) {
    super(
      reply.length === 0
        ? "the other end hung up without an answer to HELLO"
        : "the other end does not speak the secure mode",
    );
    this.reply = reply;
  }
}

/** A HELLO that asks for a version of the secure mode that is not spoken. */
export class UnsupportedVersionError extends SecureError {
  /** The version that is spoken here. */
  readonly spoken: number;

  /**
   * Says which version is spoken.
   *
   * @param asked What the HELLO asked for; it is not repeated in the message,
   * since a stranger wrote it.
   * @param spoken The version that is spoken here.
   */
  constructor(readonly asked: string | undefined, spoken: number) {
    super(`this end speaks version ${spoken} of the secure mode`);
    this.spoken = spoken;
  }
}

/**
 * The other end proved a key, and it is not the one that was expected. It has
 * learned nothing about this end.
 */
export class WrongKeyError extends SecureError {
  /**
   * Holds the two keys.
   *
   * @param expected The key that was expected, 32 bytes.
   * @param actual The key that the other end has, 32 bytes.
   */
  constructor(readonly expected: Uint8Array, readonly actual: Uint8Array) {
    super("the other end has another key than the one expected");
  }
}

/**
 * A record that the other end did not write, or not in this place: forged,
 * altered, replayed or out of order. The connection is closed.
 */
export class RecordError extends SecureError {
}

/**
 * The connection ended without the other end having said so: it broke, or
 * somebody in between cut it. The last of what was sent may be missing.
 */
export class TruncatedStreamError extends SecureError {
}

/** Bytes that cannot be used as a key. */
export class InvalidKeyError extends SecureError {
}

/** An identity file that is refused; the message says what to do about it. */
export class IdentityError extends SecureError {
}

/** Another process uses the identity now. */
export class IdentityInUseError extends IdentityError {
}

/** A sealed message that cannot be made, or cannot be opened. */
export class SealError extends SecureError {
}
