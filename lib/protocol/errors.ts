/**
 * A message that does not say what its method requires. The reason is a phrase
 * that an `ERROR` reply with code 400 may carry.
 */
export class ProtocolError extends Error {
  /** The name of the class. */
  override name = "ProtocolError";
}
