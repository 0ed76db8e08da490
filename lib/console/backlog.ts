import type { Party, Peer } from "../peer/mod.ts";
import type { EventSink } from "./events/mod.ts";

/** Shows the last messages of earlier sessions, once for each client. */
export class Backlog {
  readonly #peer: Pick<Peer, "history">;
  readonly #emit: EventSink;
  readonly #messages: number;
  /** When the session started, in ms since the epoch. */
  readonly #startedAt = Date.now();
  /** The client IDs whose backlog has been shown. */
  readonly #shown = new Set<string>();

  /**
   * The backlog of a session that starts now.
   *
   * @param messages How many messages of a client are shown.
   */
  constructor(
    peer: Pick<Peer, "history">,
    emit: EventSink,
    messages: number,
  ) {
    this.#peer = peer;
    this.#emit = emit;
    this.#messages = messages;
  }

  /** Shows that of a client, when the first conversation with it starts. */
  show({ clientID }: Party): void {
    if (clientID === undefined || this.#shown.has(clientID)) return;
    this.#shown.add(clientID);
    if (this.#messages === 0) return;
    const messages = this.#peer.history
      .recent(clientID, this.#messages)
      .filter(({ time }) => time < this.#startedAt);
    if (messages.length === 0) return;
    this.#emit({ type: "history", messages, earlier: clientID });
  }
}
