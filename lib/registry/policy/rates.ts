import { isLoopback, rateLimitKey } from "../../net/mod.ts";
import { RateLimitError } from "../errors.ts";
import { type Rate, TokenBuckets } from "../../limits/mod.ts";

/**
 * The rate limits of a registry. An IPv6 address counts as its network of 64
 * bits.
 */
export interface Rates {
  /** Handshakes, for each address. */
  readonly handshakes: Rate;
  /** Requests, for each key and for each address. */
  readonly requests: Rate;
  /** Bridges, for each key; `ADDRESS_RATE_FACTOR` times as many per address. */
  readonly bridges: Rate;
  /** New claims, for each key; `ADDRESS_RATE_FACTOR` times as many per address. */
  readonly claims: Rate;
  /**
   * Bytes of letters that are left, for each key; `ADDRESS_RATE_FACTOR` times as
   * many per address.
   */
  readonly depositedBytes: Rate;
  /** Bytes of letters that are collected, in the same way. */
  readonly collectedBytes: Rate;
}

/** The rate of an address, for all its keys, as a multiple of a key's rate. */
const ADDRESS_RATE_FACTOR = 10;

const KIB = 1024;

/** The default rates of a registry. */
export const REGISTRY_RATES: Rates = {
  handshakes: { perSecond: 10, burst: 100 },
  requests: { perSecond: 100, burst: 400 },
  bridges: { perSecond: 2, burst: 60 },
  claims: { perSecond: 0.01, burst: 10 },
  depositedBytes: { perSecond: 4 * KIB, burst: 2048 * KIB },
  collectedBytes: { perSecond: 256 * KIB, burst: 4096 * KIB },
};

/** How {@linkcode ClientRates} counts. */
export interface ClientRatesOptions {
  /**
   * Which addresses are not counted. Default: loopback, where all clients have
   * the same one.
   */
  readonly isExempt?: (host: string) => boolean;
  /** The time in ms, on a clock that only goes forward. */
  readonly clock?: () => number;
}

/** Holds clients to {@linkcode Rates}. */
export class ClientRates {
  readonly #handshakes: TokenBuckets;
  readonly #requests: TokenBuckets;
  readonly #bridges: SharedLimit;
  readonly #claims: SharedLimit;
  readonly #depositedBytes: SharedLimit;
  readonly #collectedBytes: SharedLimit;
  readonly #isExempt: (host: string) => boolean;
  readonly #clock: () => number;

  /** Counts against these rates; nothing has been counted yet. */
  constructor(
    rates: Rates,
    {
      isExempt = isLoopback,
      clock = () => performance.now(),
    }: ClientRatesOptions = {},
  ) {
    this.#handshakes = new TokenBuckets(rates.handshakes);
    this.#requests = new TokenBuckets(rates.requests);
    this.#bridges = sharedLimit(rates.bridges);
    this.#claims = sharedLimit(rates.claims);
    this.#depositedBytes = sharedLimit(rates.depositedBytes);
    this.#collectedBytes = sharedLimit(rates.collectedBytes);
    this.#isExempt = isExempt;
    this.#clock = clock;
  }

  /**
   * Counts a handshake that a client at an address begins.
   *
   * @throws {RateLimitError} If that exceeds the rate.
   */
  countHandshake(host: string): void {
    this.#countHost(this.#handshakes, host);
  }

  /**
   * Counts a request from an address, and from a key where that is known.
   *
   * @throws {RateLimitError} If that exceeds the rate.
   */
  countRequest(host: string, key?: string): void {
    this.#countHost(this.#requests, host);
    if (key !== undefined) this.#count(this.#requests, key);
  }

  /**
   * Counts a bridge that a key opens from an address.
   *
   * @throws {RateLimitError} If that exceeds the rate.
   */
  countBridge(host: string, key: string): void {
    this.#countBoth(this.#bridges, host, key);
  }

  /**
   * Counts an ID that a key claims from an address.
   *
   * @throws {RateLimitError} If that exceeds the rate.
   */
  countClaim(host: string, key: string): void {
    this.#countBoth(this.#claims, host, key);
  }

  /**
   * Counts the bytes of a letter that a key leaves from an address.
   *
   * @throws {RateLimitError} If that exceeds the rate.
   */
  countDeposit(host: string, key: string, bytes: number): void {
    this.#countBoth(this.#depositedBytes, host, key, bytes);
  }

  /**
   * Checks that a key may collect letters, before their size is known.
   *
   * @throws {RateLimitError} If it has collected too much.
   */
  checkCollect(host: string, key: string): void {
    this.#countBoth(this.#collectedBytes, host, key, 0);
  }

  /** Counts the bytes of letters that a key has collected. */
  countCollected(host: string, key: string, bytes: number): void {
    const nowMs = this.#clock();
    const { byKey, byHost } = this.#collectedBytes;
    byKey.spend(key, nowMs, bytes);
    if (!this.#isExempt(host)) byHost.spend(rateLimitKey(host), nowMs, bytes);
  }

  /** Forgets keys and addresses that have their whole burst again. */
  sweep(): void {
    const nowMs = this.#clock();
    for (
      const limit of [
        this.#handshakes,
        this.#requests,
        ...Object.values(this.#bridges),
        ...Object.values(this.#claims),
        ...Object.values(this.#depositedBytes),
        ...Object.values(this.#collectedBytes),
      ]
    ) limit.sweep(nowMs);
  }

  #countBoth(limit: SharedLimit, host: string, key: string, cost = 1): void {
    this.#countHost(limit.byHost, host, cost);
    this.#count(limit.byKey, key, cost);
  }

  #countHost(limit: TokenBuckets, host: string, cost = 1): void {
    if (!this.#isExempt(host)) this.#count(limit, rateLimitKey(host), cost);
  }

  #count(limit: TokenBuckets, origin: string, cost = 1): void {
    const waitMs = limit.take(origin, this.#clock(), cost);
    if (waitMs > 0) throw new RateLimitError(waitMs);
  }
}

/** A limit for each key, and one for each address, which its keys share. */
interface SharedLimit {
  readonly byKey: TokenBuckets;
  readonly byHost: TokenBuckets;
}

function sharedLimit({ perSecond, burst }: Rate): SharedLimit {
  return {
    byKey: new TokenBuckets({ perSecond, burst }),
    byHost: new TokenBuckets({
      perSecond: perSecond * ADDRESS_RATE_FACTOR,
      burst: burst * ADDRESS_RATE_FACTOR,
    }),
  };
}
