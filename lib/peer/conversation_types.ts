import type { Party } from "./events.ts";
import type { Outgoing } from "./store/mod.ts";

/**
 * A conversation with one peer. There are two kinds: `SecureConversation`, whose
 * messages are stored and delivered, and `PlainConversation`, in plaintext.
 */
export interface Conversation {
  /** The peer; undefined while the conversation is not open. */
  readonly party: Party | undefined;
  /**
   * Sends a text.
   *
   * @returns The message as it is stored; undefined in plaintext.
   * @throws {StorageError} If it could not be stored: it will not be sent.
   * @throws {PeerError} In plaintext, if the connection breaks before it is sent.
   */
  send(text: string): Promise<Outgoing | undefined>;
  /** Sends QUIT and closes. */
  hangUp(): Promise<void>;
}
