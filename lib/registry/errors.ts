/** Why a registry does not do what it was asked: a code and a sentence. */
export class RegistryError extends Error {
  /** The name of the class. */
  override name = "RegistryError";
  /** The `Code` of the `ERROR` reply (PROTOCOL.md, "Errors"). */
  readonly code: number;

  /** Says what code the reply carries, and why, in a sentence. */
  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** Somebody asks too often: they are told how long to wait. */
export class TooManyError extends RegistryError {
  /** The name of the class. */
  override name = "TooManyError";
  /** How long to wait, in ms. */
  readonly wait: number;

  /** Says how long to wait, in ms. */
  constructor(wait: number) {
    const seconds = Math.ceil(wait / 1000);
    super(429, `too many at once: wait ${seconds} s`);
    this.wait = wait;
  }
}

/** What a registry keeps cannot be used; the message says what to do. */
export class StateError extends Error {
  /** The name of the class. */
  override name = "StateError";
}
