/** Why a peer cannot do what it was asked, in a sentence for a person. */
export class PeerError extends Error {
  /** The name of the class. */
  override name = "PeerError";
}
