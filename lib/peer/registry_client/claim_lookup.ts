import { OriginBuckets, type Rate, TokenBucket } from "../../limits/mod.ts";
import { type Origin, originOf } from "../../net/mod.ts";
import { PeerError } from "../errors.ts";
import type { ClaimAnswer, Contact, Presented } from "../trust/mod.ts";
import type { RegistryClient } from "./registry_client.ts";

/** How often unknown peers of one kind may make this client ask the registry. */
interface StrangerRates {
  /** One of them: an address for calls, a key for letters. */
  readonly perOrigin: Rate;
  /** All of them together. */
  readonly total: Rate;
}

/**
 * The rates of the questions that unknown peers cause. Together they are well
 * below what a registry allows one client, so that the user's own requests are
 * answered whatever strangers do, and letters leave calls their part.
 */
const STRANGER_RATES = {
  call: {
    perOrigin: { perSecond: 1, burst: 20 },
    total: { perSecond: 10, burst: 100 },
  },
  letter: {
    perOrigin: { perSecond: 1, burst: 20 },
    total: { perSecond: 5, burst: 50 },
  },
} as const satisfies Record<string, StrangerRates>;

/**
 * How long unknown peers cause no question, in ms, after the registry has failed
 * to answer one: each of many would else wait until the reply is overdue.
 */
const PAUSE_AFTER_FAILURE_MS = 1000;

/** Above how many remembered origins those with a full bucket are removed. */
const SWEEP_ABOVE_ORIGINS = 1024;

/** What a {@linkcode ClaimLookup} asks of a registry. */
export type LookUpClient = Pick<
  RegistryClient,
  "hasClaims" | "isRegistered" | "isPlain" | "lookUp"
>;

/** Asks the registry which key owns a client ID that an unpinned peer presents. */
export class ClaimLookup {
  readonly #registry: LookUpClient;
  readonly #clock: () => number;
  readonly #calls: StrangerBudget;
  readonly #letters: StrangerBudget;
  /** The last failure of the registry to answer. */
  #failure: { readonly reason: string; readonly at: number } | undefined;

  /**
   * Asks nothing before it is told to.
   *
   * @param clock The time, in ms.
   */
  constructor(
    registry: LookUpClient,
    clock: () => number = () => performance.now(),
  ) {
    this.#registry = registry;
    this.#clock = clock;
    this.#calls = new StrangerBudget(STRANGER_RATES.call, clock());
    this.#letters = new StrangerBudget(STRANGER_RATES.letter, clock());
  }

  /**
   * Asks the registry. What strangers cause has a budget of its own; what the
   * user causes has none here.
   *
   * @throws Only for a bug.
   */
  async ask(presented: Presented): Promise<ClaimAnswer> {
    const registry = this.#registry;
    if (!registry.hasClaims) return { status: "noRegistry" };
    if (!registry.isRegistered) {
      return unknown("this client is not registered");
    }
    const pausedBy = this.#pausedBy(presented.contact);
    if (pausedBy !== undefined) return unknown(pausedBy);
    if (!this.#take(presented)) {
      return unknown("too many unknown peers have come at once");
    }
    try {
      const key = await registry.lookUp(presented.clientID);
      if (registry.isPlain) return { status: "noRegistry" };
      return key === undefined
        ? { status: "unclaimed" }
        : { status: "owned", key };
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      const reason = error.message;
      this.#failure = { reason, at: this.#clock() };
      return unknown(reason);
    }
  }

  /** Why the registry is not asked yet, if it has just failed to answer. */
  #pausedBy({ by }: Contact): string | undefined {
    if (by === "user" || this.#failure === undefined) return undefined;
    const { reason, at } = this.#failure;
    return this.#clock() - at < PAUSE_AFTER_FAILURE_MS ? reason : undefined;
  }

  /** Takes what a question costs from the budget of its cause. */
  #take({ contact, key }: Presented): boolean {
    switch (contact.by) {
      case "user":
        return true;
      case "call":
        return this.#calls.take(originOf(contact.host), this.#clock());
      case "letter":
        return this.#letters.take([key], this.#clock());
    }
  }
}

/** The questions that unknown peers of one kind may cause. */
class StrangerBudget {
  readonly #perOrigin: OriginBuckets;
  readonly #total: TokenBucket;

  constructor({ perOrigin, total }: StrangerRates, now: number) {
    this.#perOrigin = new OriginBuckets(perOrigin);
    this.#total = new TokenBucket(total, now);
  }

  /** Takes a question; without an origin only the total counts. */
  take(origin: Origin, now: number): boolean {
    if (this.#perOrigin.size > SWEEP_ABOVE_ORIGINS) this.#perOrigin.sweep(now);
    if (this.#perOrigin.take(origin, now) > 0) return false;
    return this.#total.take(now) === 0;
  }
}

function unknown(reason: string): ClaimAnswer {
  return { status: "unknown", reason };
}
