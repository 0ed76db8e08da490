/** What can go wrong with addresses and sockets. */
export class NetError extends Error {
  /** Says what went wrong. */
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** A text that should have been an address and is not. */
export class AddressError extends NetError {
}

/** Why a connection to an address failed. */
export type DialFailure =
  | "refused"
  | "reset"
  | "lookup"
  | "timeout"
  | "aborted"
  | "other";

/** A connection to an address that could not be opened. */
export class DialError extends NetError {
  /** What kind of failure it was. */
  readonly failure: DialFailure;

  /** Says what failed, in the words of the system. */
  constructor(failure: DialFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/** An address that cannot be listened on; the message says why. */
export class ListenError extends NetError {
}

/** A connection from a proxy that does not begin with a PROXY header. */
export class ProxyHeaderError extends NetError {
}
