import type { Origin } from "../../net/mod.ts";
import type { Totals } from "../store/mod.ts";
import { dayOf, type Quotas } from "./quotas.ts";

/** How much has come. */
interface Used {
  messages: number;
  bytes: number;
}

/**
 * Limits what is shown of calls in plaintext in a day, as of strangers: by the
 * network that they come from, since they have no key, and of all together. It is
 * not stored, and neither is the count. Loopback has no limit.
 */
export class PlainQuotas {
  readonly #quotas: Pick<Quotas, "stranger" | "strangers">;
  readonly #byNetwork = new Map<string, Used>();
  #all: Used = { messages: 0, bytes: 0 };
  #day = 0;

  /** Nothing has come at first. */
  constructor(quotas: Pick<Quotas, "stranger" | "strangers">) {
    this.#quotas = quotas;
  }

  /**
   * Takes room for a text.
   *
   * @param origin Where it comes from.
   * @param bytes How many bytes it has, in UTF-8; 0 finds out whether there is any.
   * @param now The time, in ms since the epoch.
   * @returns Whether there was room; if not, nothing is taken.
   */
  take(origin: Origin, bytes: number, now: number): boolean {
    const [network] = origin;
    if (network === undefined) return true;
    const day = dayOf(now);
    if (day !== this.#day) {
      this.#byNetwork.clear();
      this.#all = { messages: 0, bytes: 0 };
    }
    this.#day = day;
    const { stranger, strangers } = this.#quotas;
    const used = this.#byNetwork.get(network) ?? { messages: 0, bytes: 0 };
    const isOver = exceeds(used, bytes, stranger) ||
      exceeds(this.#all, bytes, strangers);
    if (isOver || bytes === 0) return !isOver;
    for (const total of [used, this.#all]) {
      total.messages++;
      total.bytes += bytes;
    }
    this.#byNetwork.set(network, used);
    return true;
  }
}

function exceeds(used: Used, bytes: number, quota: Totals): boolean {
  return used.messages + 1 > quota.messages ||
    used.bytes + bytes > quota.bytes;
}
