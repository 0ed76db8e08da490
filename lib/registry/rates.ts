import { isLoopback } from "../framing/mod.ts";
import { TooManyError } from "./errors.ts";
import { type Rate, RateLimit } from "./rate.ts";

/** How often clients may do what costs the registry something. */
export interface Rates {
  /** Handshakes, for each address. */
  readonly handshakes: Rate;
  /** Requests, for each key and for each address. */
  readonly requests: Rate;
  /** Bridges, for each key. */
  readonly bridges: Rate;
}

/** What is allowed unless a {@linkcode Registry} is told otherwise. */
export const RATES: Rates = {
  handshakes: { perSecond: 10, burst: 100 },
  requests: { perSecond: 100, burst: 400 },
  bridges: { perSecond: 2, burst: 60 },
};

/** Counts what clients do, and says when it is too much. */
export class ClientRates {
  readonly #handshakes: RateLimit;
  readonly #requests: RateLimit;
  readonly #bridges: RateLimit;
  readonly #isExempt: (host: string) => boolean;

  /**
   * Counts against these rates.
   *
   * @param isExempt Which addresses are not counted. Default: loopback, where
   * everybody has the same one.
   */
  constructor(
    rates: Rates,
    isExempt: (host: string) => boolean = isLoopback,
  ) {
    this.#handshakes = new RateLimit(rates.handshakes);
    this.#requests = new RateLimit(rates.requests);
    this.#bridges = new RateLimit(rates.bridges);
    this.#isExempt = isExempt;
  }

  /**
   * Counts a handshake that somebody at an address begins.
   *
   * @throws {TooManyError} If it is one too many.
   */
  handshake(host: string): void {
    this.#countHost(this.#handshakes, host);
  }

  /**
   * Counts a request from an address, and from a key where that is known.
   *
   * @throws {TooManyError} If it is one too many.
   */
  request(host: string, key?: string): void {
    this.#countHost(this.#requests, host);
    if (key !== undefined) count(this.#requests, key);
  }

  /**
   * Counts a bridge that a key opens.
   *
   * @throws {TooManyError} If it is one too many.
   */
  bridge(key: string): void {
    count(this.#bridges, key);
  }

  /** Forgets those who have not done anything for a while. */
  sweep(): void {
    const now = performance.now();
    for (const limit of [this.#handshakes, this.#requests, this.#bridges]) {
      limit.sweep(now);
    }
  }

  #countHost(limit: RateLimit, host: string): void {
    if (!this.#isExempt(host)) count(limit, host);
  }
}

function count(limit: RateLimit, who: string): void {
  const wait = limit.take(who, performance.now());
  if (wait > 0) throw new TooManyError(wait);
}
