/** A stranger, as the user knows one. */
export interface NamedStranger {
  /** The client ID that belongs to the stranger's key. */
  readonly name: string;
  /** The fingerprint of the key. */
  readonly fingerprint: string;
}

/** A stranger who waits for a decision, as the user knows one. */
export interface WaitingStranger {
  /** The client ID, or for a program that calls in plaintext another name. */
  readonly name: string;
  /** The fingerprint of the key; undefined for a call in plaintext. */
  readonly fingerprint?: string;
  /** The client ID, of one that the user knows, which the name looks like. */
  readonly resembles?: string;
}

/** The strangers who want to talk, as the user decides about them. */
export interface StrangerDecisions {
  /** Those who wait for a decision: first the clients, then calls in plaintext. */
  list(): WaitingStranger[];
  /**
   * Accepts a stranger: pins the key, shows the messages that are held, and opens
   * the conversation if the stranger has a link. One whose calls are taken without
   * that, and whose key is pinned, may send more from then on.
   *
   * @param text The name of the stranger, or the fingerprint of its key.
   * @throws {KeyChangedError} If another key has been pinned meanwhile.
   * @throws {PeerError} If there is no such stranger, or several.
   * @throws {StorageError} If that could not be stored.
   */
  accept(text: string): void;
  /**
   * Asks the registry again whose the client ID of a stranger is, and sends the
   * stranger away if it belongs to another key by now.
   *
   * @param text The name of the stranger, or the fingerprint of its key.
   * @throws {PeerError} If it belongs to another key.
   * @throws {StorageError} If that could not be stored.
   */
  verify(text: string): Promise<void>;
  /**
   * Declines the request of a stranger: what is held is removed, and the stranger
   * may ask again a day later.
   *
   * @param text The name of the stranger, or the fingerprint of its key.
   * @returns The stranger.
   * @throws {PeerError} If there is no such stranger, or several.
   * @throws {StorageError} If that could not be stored.
   */
  decline(text: string): WaitingStranger;
}
