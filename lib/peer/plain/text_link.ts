/**
 * What carries a conversation's messages: plain bytes, or something better. A
 * {@linkcode Peer} does not know which.
 */
export interface Link {
  /**
   * The texts that the other side sends, until it says goodbye.
   *
   * @throws {Error} If the connection broke, or ended without a goodbye.
   */
  texts(): AsyncIterable<string>;
  /**
   * Sends a text, after those sent before.
   *
   * @throws {Error} If the connection broke.
   */
  send(text: string): Promise<void>;
  /** Says goodbye, which ends the other side's {@linkcode texts}. */
  goodbye(): Promise<void>;
  /** Closes at once. */
  close(): void;
}

/** The bytes of a link ended without a goodbye. */
export class LinkBrokenError extends Error {
  /** The name of the class. */
  override name = "LinkBrokenError";
}
