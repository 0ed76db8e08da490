import { PeerError } from "../peer/mod.ts";

/** A registry cannot be reached, and the client goes on trying. */
export class RetryingError extends PeerError {
  /** Why it cannot be reached. */
  readonly reason: PeerError;

  /** Says why, and that the client goes on trying. */
  constructor(reason: PeerError) {
    // The client does itself what a registry that is full advises.
    const message = reason.message.replace(/: try again later$/, "");
    super(`${message}; retrying until it can be reached`);
    this.reason = reason;
  }
}
