import type { PeerEvent } from "../events.ts";
import type { Budget, DailyTotals, Pins, Totals } from "../store/mod.ts";

/** How much is stored of what senders send in a day. */
export interface Quotas {
  /** Of one client that the user has accepted. */
  readonly accepted: Totals;
  /** Of one client that the user has not accepted, with `--accept all`. */
  readonly stranger: Totals;
  /** Of all clients together that the user has not accepted. */
  readonly strangers: Totals;
  /** Of all clients together. */
  readonly all: Totals;
}

const MIB = 1024 * 1024;

/** The default quotas for a day. */
export const DAILY_QUOTAS: Quotas = {
  accepted: { messages: 20_000, bytes: 256 * MIB },
  stranger: { messages: 500, bytes: 4 * MIB },
  strangers: { messages: 10_000, bytes: 64 * MIB },
  all: { messages: 200_000, bytes: 1024 * MIB },
};

const UNLIMITED: Totals = { messages: Infinity, bytes: Infinity };

/** No limit to what is stored in a day. */
export const NO_QUOTAS: Quotas = {
  accepted: UNLIMITED,
  stranger: UNLIMITED,
  strangers: UNLIMITED,
  all: UNLIMITED,
};

const DAY_MS = 24 * 60 * 60 * 1000;

/** The names under which several senders are counted; a key has 44 characters. */
const STRANGERS = "strangers";
const ALL = "all";

/** The day of a time in ms since the epoch, in days since the epoch. */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

/** How long it is until quotas are whole again, in ms: until midnight, in UTC. */
export function msUntilNextDay(now: number): number {
  return DAY_MS - now % DAY_MS;
}

/** What {@linkcode SenderQuotas} works with. */
export interface SenderQuotasOptions {
  /** How much is stored in a day. */
  readonly quotas: Quotas;
  /** Whom the user has accepted. */
  readonly pins: Pins;
  /** How much has been received. */
  readonly dailyTotals: DailyTotals;
  /** Receives `overQuota`. */
  readonly onEvent: (event: PeerEvent) => void;
}

/** What limits a sender: its own quota, or one that it shares with others. */
export type QuotaScope = "client" | "strangers" | "all";

/**
 * Limits what is stored of each sender in a day, by messages and by bytes
 * (SECURITY.md, "Strangers"). A day is one of UTC; the counts are on the disk.
 */
export class SenderQuotas {
  readonly #options: SenderQuotasOptions;
  /** Which quotas the user was told of, and on which day. */
  readonly #told = new Set<string>();
  #toldOn: number | undefined;

  /** Limits senders by what they have sent so far. */
  constructor(options: SenderQuotasOptions) {
    this.#options = options;
  }

  /**
   * What a sender may still send today, for the messages that arrive together.
   *
   * @param name The sender's client ID.
   * @param key The sender's key, in base64.
   * @param now The time, in ms since the epoch.
   */
  budget(name: string, key: string, now: number): SenderBudget {
    const { quotas, pins, dailyTotals } = this.#options;
    const isAccepted = pins.isAccepted(name);
    const own = isAccepted ? quotas.accepted : quotas.stranger;
    const shared = isAccepted ? [] : [
      { limit: "strangers", sender: STRANGERS, quota: quotas.strangers },
    ] as const;
    const day = dayOf(now);
    return new SenderBudget(dailyTotals, day, [
      { limit: "client", sender: key, quota: own },
      ...shared,
      { limit: "all", sender: ALL, quota: quotas.all },
    ]);
  }

  /** Tells the user, once a day, that a sender has used up a budget. */
  report(name: string, { exceeded, day }: SenderBudget): void {
    if (exceeded === undefined) return;
    if (this.#toldOn !== day) this.#told.clear();
    this.#toldOn = day;
    const { limit, quota, sender } = exceeded;
    // A sender who is accepted meanwhile has another quota.
    const told = `${sender} ${quota.messages}`;
    if (this.#told.has(told)) return;
    this.#told.add(told);
    const { onEvent, pins } = this.#options;
    onEvent({
      type: "overQuota",
      what: limit,
      ...(limit === "client" ? { name, accepted: pins.isAccepted(name) } : {}),
      ...quota,
    });
  }
}

/** A quota, and the sender or senders that it is for. */
export interface SenderQuota {
  /** Whose quota it is. */
  readonly limit: QuotaScope;
  /** The name under which is counted what was sent. */
  readonly sender: string;
  /** How much is stored in a day. */
  readonly quota: Totals;
}

/** What a sender may still send on a day. */
export class SenderBudget implements Budget {
  /** The day, in days since the epoch. */
  readonly day: number;
  readonly #dailyTotals: DailyTotals;
  readonly #counts: readonly (SenderQuota & { readonly used: Totals })[];
  #messages = 0;
  #bytes = 0;
  #exceeded: SenderQuota | undefined;

  /** A budget that the quotas limit, each of them. */
  constructor(
    dailyTotals: DailyTotals,
    day: number,
    counts: readonly SenderQuota[],
  ) {
    this.day = day;
    this.#dailyTotals = dailyTotals;
    this.#counts = counts.map((count) => ({
      ...count,
      used: dailyTotals.get(count.sender, day),
    }));
  }

  /** The quota that a message was too much for, if one was. */
  get exceeded(): SenderQuota | undefined {
    return this.#exceeded;
  }

  /** See {@linkcode Budget.take}. */
  take(bytes: number): boolean {
    this.#exceeded = this.#counts.find(({ quota, used }) =>
      used.messages + this.#messages + 1 > quota.messages ||
      used.bytes + this.#bytes + bytes > quota.bytes
    );
    if (this.#exceeded !== undefined) return false;
    this.#messages++;
    this.#bytes += bytes;
    return true;
  }

  /** See {@linkcode Budget.save}. */
  save(): void {
    if (this.#messages === 0) return;
    const taken = { messages: this.#messages, bytes: this.#bytes };
    for (const { sender } of this.#counts) {
      this.#dailyTotals.add(sender, this.day, taken);
    }
  }
}
