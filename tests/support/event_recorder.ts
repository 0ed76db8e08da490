import { limited } from "./time_limit.ts";

/** Events of one emitter, waited for in the order in which they came. */
export class EventRecorder<E extends { readonly type: string }> {
  readonly #events: E[] = [];
  #arrived = Promise.withResolvers<void>();

  /** Takes an event; bound, so that it can be handed over as a callback. */
  readonly record = (event: E): void => {
    this.#events.push(event);
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  };

  /** The next event, of any type. */
  async next(): Promise<E> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      await limited(this.#arrived.promise, "no further event");
    }
  }

  /**
   * The next event, which has to be of the given type.
   *
   * @param skipped Types of events that are passed over.
   * @throws {Error} If it is of another type.
   */
  async expect<T extends E["type"]>(
    type: T,
    skipped: readonly E["type"][] = [],
  ): Promise<Extract<E, { type: T }>> {
    for (;;) {
      const event = await this.next();
      if (isOfType(event, type)) return event;
      if (skipped.includes(event.type)) continue;
      throw new Error(`${Deno.inspect(event)} is not ${type}`);
    }
  }

  /** The next event of the given type; those before it are passed over. */
  async until<T extends E["type"]>(type: T): Promise<Extract<E, { type: T }>> {
    for (;;) {
      const event = await this.next();
      if (isOfType(event, type)) return event;
    }
  }
}

function isOfType<E extends { readonly type: string }, T extends E["type"]>(
  event: E,
  type: T,
): event is Extract<E, { type: T }> {
  return event.type === type;
}
