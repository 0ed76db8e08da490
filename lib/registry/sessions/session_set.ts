import { Slots } from "./slots.ts";

/** A session with a client, in plain or in the secure mode. */
export interface Session {
  /** When {@linkcode expire} is due, in s on the service's clock. */
  readonly deadlineS: number;
  /** Ends a session whose deadline has passed. */
  expire(): void;
  /** Ends as soon as a reply under way is written. */
  end(): void;
  /** Closes at once, without finishing a reply. */
  abort(): void;
}

/** The sessions that are being served. */
export class SessionSet {
  readonly #sessions = new Slots<Session>();

  /** Adds a session to the set until it has been served. */
  async track<T>(session: Session, serving: Promise<T>): Promise<T> {
    const slot = this.#sessions.add(session);
    try {
      return await serving;
    } finally {
      this.#sessions.remove(slot);
    }
  }

  /** Ends the sessions whose deadline was before `nowS`, in s. */
  expire(nowS: number): void {
    for (const session of this.#sessions) {
      if (session.deadlineS < nowS) session.expire();
    }
  }

  /** Ends all sessions, each after the reply that is under way. */
  end(): void {
    for (const session of this.#sessions) session.end();
  }

  /** Closes all sessions at once. */
  abort(): void {
    for (const session of this.#sessions) session.abort();
  }
}
