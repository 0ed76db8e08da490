import type { Notification, Push, SessionRef } from "../types.ts";

/** A {@linkcode Push} for the sessions of this process. */
export class MemoryPush implements Push {
  readonly #receivers = new Map<string, (it: Notification) => void>();

  subscribe(
    { id }: SessionRef,
    receive: (notification: Notification) => void,
  ): void {
    this.#receivers.set(id, receive);
  }

  unsubscribe({ id }: SessionRef): void {
    this.#receivers.delete(id);
  }

  notify({ id }: SessionRef, notification: Notification): void {
    this.#receivers.get(id)?.(notification);
  }
}
