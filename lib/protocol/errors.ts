/**
 * A message that does not say what its method requires. The reason is a phrase
 * that an `ERROR` reply with code 400 may carry.
 */
export class ProtocolError extends Error {
  /** Says what is missing or wrong, in a phrase. */
  constructor(reason: string) {
    super(reason);
    this.name = new.target.name;
  }
}
