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

/** The registry cannot listen where it was told to. */
export class ListenError extends Error {
  /** The name of the class. */
  override name = "ListenError";
}
