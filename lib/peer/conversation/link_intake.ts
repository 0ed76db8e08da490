import { SEND_WINDOW_MESSAGES, type TextMessage } from "../../protocol/mod.ts";
import { type ReceiveContext, receiveMessages } from "../delivery/mod.ts";
import { PeerError } from "../errors.ts";

/**
 * Stores the messages that arrive on a link, up to the first one that is over a
 * quota of its sender, and none after it. That one and all that follow are not
 * acknowledged: the peer keeps them, and begins with them on its next link.
 */
export class LinkIntake {
  readonly #context: ReceiveContext;
  readonly #clientID: string;
  readonly #key: string;
  #omitted = 0;
  /** How long the first message is that was not stored, in bytes. */
  #firstBytes = 0;

  /**
   * The intake of one link.
   *
   * @param clientID The client ID of the peer.
   * @param key The key of the peer, in base64.
   */
  constructor(context: ReceiveContext, clientID: string, key: string) {
    this.#context = context;
    this.#clientID = clientID;
    this.#key = key;
  }

  /**
   * Stores messages, as far as the quotas allow.
   *
   * @returns The ID of the last one that is stored, if any is.
   * @throws {StorageError} If they could not be stored: none of them is.
   * @throws {PeerError} If the peer sends more than may be unacknowledged.
   */
  receive(messages: readonly TextMessage[]): string | undefined {
    const stored = this.#omitted > 0 ? 0 : receiveMessages(
      this.#context,
      this.#key,
      this.#clientID,
      messages,
    );
    const refused = messages[stored];
    if (this.#omitted === 0 && refused !== undefined) {
      this.#firstBytes = new TextEncoder().encode(refused.text).length;
    }
    this.#omitted += messages.length - stored;
    if (this.#omitted > SEND_WINDOW_MESSAGES) {
      throw new PeerError("the peer sent more than may be unacknowledged");
    }
    return messages[stored - 1]?.id;
  }

  /**
   * Whether the link has to end, so that the peer sends on the next one what was
   * not stored on this one: there is room for it again.
   *
   * @param now The time, in ms since the epoch.
   */
  isDue(now: number): boolean {
    if (this.#omitted === 0) return false;
    const { senderQuotas } = this.#context;
    const budget = senderQuotas.budget(this.#clientID, this.#key, now);
    return budget.take(this.#firstBytes);
  }
}
