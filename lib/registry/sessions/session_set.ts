import type { Origin } from "../../net/mod.ts";
import { Slots } from "./slots.ts";

/** A session with a client, in plain or in the secure mode. */
export interface Session {
  /** The networks that the client counts as. */
  readonly origin: Origin;
  /** When {@linkcode expire} is due, in s on the service's clock. */
  readonly deadlineS: number;
  /**
   * Since when the client has been silent, in ms, if the session may end for
   * that; undefined while it may not. Only sessions that are both, or both not,
   * {@linkcode isLongSilent} can be compared by it.
   */
  readonly silentSinceMs: number | undefined;
  /** Whether it has been silent for so long that it ends before newer ones. */
  readonly isLongSilent: boolean;
  /** Whether the client has made a request: then others end before it. */
  readonly hasSpoken: boolean;
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

  /**
   * The session that gives way where there is no place for a new one. Of those
   * that have been silent for long, the one that has been so longest: first of
   * those on which no request has come, then of all. Or else the newest one on
   * which none has come, so that clients that connect all at once make room for
   * each other first.
   *
   * @param network Only clients of this network. Default: all.
   */
  mostSilent(network?: string): Session | undefined {
    let longest: Session | undefined;
    let longestSpoken: Session | undefined;
    let newest: Session | undefined;
    for (const session of this.#sessions) {
      const { silentSinceMs: since, isLongSilent, hasSpoken } = session;
      if (since === undefined) continue;
      if (network !== undefined && !session.origin.includes(network)) continue;
      if (isLongSilent && hasSpoken) {
        if (since < silentSince(longestSpoken)) longestSpoken = session;
      } else if (isLongSilent) {
        if (since < silentSince(longest)) longest = session;
      } else if (since > (newest?.silentSinceMs ?? 0)) newest = session;
    }
    return longest ?? longestSpoken ?? newest;
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

/** Since when a session has been silent, in ms; that of no session is last. */
function silentSince(session: Session | undefined): number {
  return session?.silentSinceMs ?? Infinity;
}
