/** Why a connection to an address failed. */
export type DialFailure = "refused" | "reset" | "timeout" | "aborted" | "other";

/** A connection to an address that could not be opened. */
export class DialError extends Error {
  /** The name of the class. */
  override name = "DialError";
  /** What kind of failure it was. */
  readonly failure: DialFailure;

  /** Says what failed, in the words of the system. */
  constructor(failure: DialFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/** An address that cannot be listened on; the message says why. */
export class ListenError extends Error {
  /** The name of the class. */
  override name = "ListenError";
}
