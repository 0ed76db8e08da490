import { fingerprintOf } from "../../secure/mod.ts";
import { BlockedError } from "../errors.ts";
import type { FirstContacts } from "./first_contacts.ts";
import { Newcomers } from "./newcomers.ts";
import type { Blocked, DailyTotals, Pins, Requests } from "../store/mod.ts";

/**
 * Whose calls and letters a peer takes: those of all clients, only those of the
 * clients that its user has accepted, or, of others, those that the user accepts
 * when asked.
 */
export type AcceptPolicy = "all" | "known" | "ask";

/** The values of {@linkcode AcceptPolicy}. */
export const ACCEPT_POLICIES: readonly AcceptPolicy[] = ["all", "known", "ask"];

/** What becomes of the call or letter of a client. */
export type Admission =
  /** It is taken. */
  | "accept"
  /** It is held until the user decides: nothing is acknowledged. */
  | "hold"
  /** It is answered as one that is held, and nothing of it is kept. */
  | "ignore"
  /** It is refused: the caller learns only a key, and the letter is removed. */
  | "refuse";

/** What an {@linkcode Acceptance} decides by. */
export interface AcceptanceOptions {
  /**
   * Whose calls and letters are taken. Default: `ask`, and all calls in plaintext.
   */
  readonly policy?: AcceptPolicy | undefined;
  /** Whom the user has accepted. */
  readonly pins: Pins;
  /** Whom the user has declined lately. */
  readonly requests: Requests;
  /** Whom the user has blocked. */
  readonly blocked: Blocked;
  /** How many clients that are new have come today. */
  readonly dailyTotals: DailyTotals;
  /** Warns of names that look alike. */
  readonly contacts: FirstContacts;
  /** Is called when the user accepts a client. Default: nothing is. */
  readonly onAccepted?: () => void;
}

/**
 * Decides whose calls and letters a peer takes (SECURITY.md, "Strangers"). The
 * user accepts a client by calling it, by writing to it, or with a command.
 */
export class Acceptance {
  readonly #options: AcceptanceOptions;
  readonly #newcomers: Newcomers;

  /** Decides by a policy, and by whom the user has accepted so far. */
  constructor(options: AcceptanceOptions) {
    this.#options = options;
    this.#newcomers = new Newcomers(options.dailyTotals);
  }

  /** What becomes of calls in plaintext, whose callers nobody can know. */
  get plainAdmission(): Exclude<Admission, "ignore"> {
    switch (this.#options.policy) {
      case "known":
        return "refuse";
      case "ask":
        return "hold";
      default:
        return "accept";
    }
  }

  /**
   * What becomes of a call or letter of a client; its claim to the client ID is
   * verified after that.
   *
   * @param key The key that the client has proved, in base64.
   * @param now The time, in ms since the epoch.
   */
  admissionOf(clientID: string, key: string, now: number): Admission {
    const { policy = "ask", pins, requests } = this.#options;
    // Each is treated as the policy treats strangers, as far as they can see.
    if (this.isBlocked(key)) return policy === "known" ? "refuse" : "ignore";
    if (pins.isAccepted(clientID)) return "accept";
    if (policy === "known") return "refuse";
    if (policy === "all") return this.#admitAnybody(clientID, now);
    return requests.isDeclined(key, now) ? "ignore" : "hold";
  }

  /** Lets anybody in, but only so many that are new in a day. */
  #admitAnybody(clientID: string, now: number): Admission {
    const isNew = this.#options.pins.get(clientID) === undefined;
    return isNew && !this.#newcomers.mayCome(now) ? "refuse" : "accept";
  }

  /**
   * Notes that a client which the user has not asked for was pinned: one whose
   * claim is not its own does not count.
   *
   * @param now The time, in ms since the epoch.
   * @throws {StorageError} If that could not be stored.
   */
  letIn(now: number): void {
    this.#newcomers.add(now);
  }

  /** Whether the user has accepted a client under a key, and not blocked it. */
  isAccepted(clientID: string, key: string): boolean {
    const { pins } = this.#options;
    return pins.isAccepted(clientID) && pins.get(clientID)?.key === key &&
      !this.isBlocked(key);
  }

  /** Whether a key, in base64, is blocked. */
  isBlocked(key: string): boolean {
    return this.#options.blocked.has(key);
  }

  /**
   * Checks that the user has not blocked a client.
   *
   * @param key Its key, in base64. Default: the pinned one, and if none is, each
   * that was blocked under the client ID.
   * @throws {BlockedError} If the client is blocked.
   */
  checkNotBlocked(clientID: string, key?: string): void {
    const { pins, blocked } = this.#options;
    const known = key ?? pins.get(clientID)?.key;
    const isBlocked = known === undefined
      ? blocked.list().some(({ name }) => name === clientID)
      : blocked.has(known);
    if (isBlocked) throw new BlockedError(clientID);
  }

  /**
   * Notes that the user accepts a client, if its key is pinned.
   *
   * @throws {StorageError} If that could not be stored.
   */
  accept(clientID: string): void {
    const { pins, contacts, onAccepted } = this.#options;
    const key = pins.get(clientID)?.key;
    contacts.meet(clientID, "user", key && fingerprintOf(key));
    if (pins.isAccepted(clientID)) return;
    pins.accept(clientID);
    onAccepted?.();
  }
}
