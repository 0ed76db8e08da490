import type { FramingError } from "../../framing/mod.ts";

/** What happens in one direction of a plain link. */
export type PlainEvent =
  /** A CHAT, with the client ID as it is written. */
  | { readonly type: "chat"; readonly clientID: string }
  | { readonly type: "text"; readonly text: string }
  /** The end; nothing follows. */
  | { readonly type: "quit" };

/** The events of one direction that have happened and are not taken yet. */
export class PlainEventQueue {
  #events: PlainEvent[] = [];
  /** How many of the events have been taken. */
  #taken = 0;
  #failure: FramingError | undefined;

  /** Whether nothing can follow what is there. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Adds an event; one of a text without characters is none. */
  push(event: PlainEvent): void {
    if (event.type !== "text" || event.text !== "") this.#events.push(event);
  }

  /** Ends with an error, behind the events that are there. */
  fail(error: FramingError): void {
    this.#failure = error;
  }

  /**
   * Takes the oldest event; undefined if there is none.
   *
   * @throws {FramingError} If all have been taken, and it ends with an error.
   */
  take(): PlainEvent | undefined {
    const event = this.#events[this.#taken];
    if (event !== undefined) {
      this.#taken++;
      return event;
    }
    this.#events = [];
    this.#taken = 0;
    if (this.#failure !== undefined) throw this.#failure;
    return undefined;
  }
}
