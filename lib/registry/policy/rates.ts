import type { Origin } from "../../net/mod.ts";
import { RateLimitError } from "../errors.ts";
import { OriginBuckets, type Rate, TokenBuckets } from "../../limits/mod.ts";

/**
 * The rate limits of a registry. What clients do in the secure mode counts for
 * the key that they have proved. For their address counts what comes before
 * that, what they do in plain, and what would let one address do without limit
 * under ever new keys. An IPv6 network of 64 bits counts as one address; those
 * of 56 and 48 bits have twice and four times its rates.
 */
export interface Rates {
  /** Handshakes, for each address. */
  readonly handshakes: Rate;
  /** Requests, for each key, and in plain for each address. */
  readonly requests: Rate;
  /** Bridges, for each key. */
  readonly bridges: Rate;
  /**
   * New claims, for each key; for each address `ADDRESS_RATE_FACTOR` times as
   * many, of which new registrations in plain are a part.
   */
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
  depositedBytes: { perSecond: KIB, burst: 2048 * KIB },
  collectedBytes: { perSecond: 256 * KIB, burst: 4096 * KIB },
};

/** Holds clients to {@linkcode Rates}. */
export class ClientRates {
  readonly #handshakes: OriginBuckets;
  readonly #plainRequests: OriginBuckets;
  readonly #requests: TokenBuckets;
  readonly #bridges: TokenBuckets;
  readonly #claims: SharedLimit;
  readonly #depositedBytes: SharedLimit;
  readonly #collectedBytes: SharedLimit;
  readonly #clock: () => number;

  /**
   * Counts against these rates; nothing has been counted yet.
   *
   * @param clock The time in ms, on a clock that only goes forward.
   */
  constructor(rates: Rates, clock: () => number = () => performance.now()) {
    this.#handshakes = new OriginBuckets(rates.handshakes);
    this.#plainRequests = new OriginBuckets(rates.requests);
    this.#requests = new TokenBuckets(rates.requests);
    this.#bridges = new TokenBuckets(rates.bridges);
    this.#claims = sharedLimit(rates.claims);
    this.#depositedBytes = sharedLimit(rates.depositedBytes);
    this.#collectedBytes = sharedLimit(rates.collectedBytes);
    this.#clock = clock;
  }

  /**
   * Counts a handshake that a client begins.
   *
   * @throws {RateLimitError} If that exceeds the rate of its address.
   */
  countHandshake(origin: Origin): void {
    this.#countOrigin(this.#handshakes, origin);
  }

  /**
   * Counts a request in plain.
   *
   * @throws {RateLimitError} If that exceeds the rate of its address.
   */
  countPlainRequest(origin: Origin): void {
    this.#countOrigin(this.#plainRequests, origin);
  }

  /**
   * Counts a request from a key, wherever it comes from.
   *
   * @throws {RateLimitError} If that exceeds the rate.
   */
  countRequest(key: string): void {
    this.#countKey(this.#requests, key);
  }

  /**
   * Counts a bridge that a key opens.
   *
   * @throws {RateLimitError} If that exceeds the rate.
   */
  countBridge(key: string): void {
    this.#countKey(this.#bridges, key);
  }

  /**
   * Counts an ID that a key claims from an address.
   *
   * @throws {RateLimitError} If that exceeds the rate of either.
   */
  countClaim(origin: Origin, key: string): void {
    this.#countBoth(this.#claims, origin, key);
  }

  /**
   * Counts an ID that is newly registered in plain from an address.
   *
   * @throws {RateLimitError} If that exceeds the rate of claims.
   */
  countPlainClaim(origin: Origin): void {
    this.#countOrigin(this.#claims.byOrigin, origin);
  }

  /**
   * Counts the bytes of a letter that a key leaves from an address.
   *
   * @throws {RateLimitError} If that exceeds the rate of either.
   */
  countDeposit(origin: Origin, key: string, bytes: number): void {
    this.#countBoth(this.#depositedBytes, origin, key, bytes);
  }

  /**
   * Checks that a key may collect letters, before their size is known.
   *
   * @throws {RateLimitError} If it has collected too much.
   */
  checkCollect(origin: Origin, key: string): void {
    this.#countBoth(this.#collectedBytes, origin, key, 0);
  }

  /** Counts the bytes of letters that a key has collected. */
  countCollected(origin: Origin, key: string, bytes: number): void {
    const nowMs = this.#clock();
    const { byKey, byOrigin } = this.#collectedBytes;
    byKey.spend(key, nowMs, bytes);
    byOrigin.spend(origin, nowMs, bytes);
  }

  /** Forgets keys and networks that have their whole burst again. */
  sweep(): void {
    const nowMs = this.#clock();
    for (
      const limit of [
        this.#handshakes,
        this.#plainRequests,
        this.#requests,
        this.#bridges,
        ...Object.values(this.#claims),
        ...Object.values(this.#depositedBytes),
        ...Object.values(this.#collectedBytes),
      ]
    ) limit.sweep(nowMs);
  }

  /** Counts for the key first: one over its rate costs its neighbours nothing. */
  #countBoth(limit: SharedLimit, origin: Origin, key: string, cost = 1): void {
    this.#countKey(limit.byKey, key, 0);
    this.#countOrigin(limit.byOrigin, origin, cost);
    this.#countKey(limit.byKey, key, cost);
  }

  #countOrigin(limit: OriginBuckets, origin: Origin, cost = 1): void {
    if (origin.length > 0) check(limit.take(origin, this.#clock(), cost));
  }

  #countKey(limit: TokenBuckets, key: string, cost = 1): void {
    check(limit.take(key, this.#clock(), cost));
  }
}

/** A limit for each key, and one for each address, which its keys share. */
interface SharedLimit {
  readonly byKey: TokenBuckets;
  readonly byOrigin: OriginBuckets;
}

function sharedLimit({ perSecond, burst }: Rate): SharedLimit {
  return {
    byKey: new TokenBuckets({ perSecond, burst }),
    byOrigin: new OriginBuckets({
      perSecond: perSecond * ADDRESS_RATE_FACTOR,
      burst: burst * ADDRESS_RATE_FACTOR,
    }),
  };
}

/**
 * Checks how long a client has to wait.
 *
 * @throws {RateLimitError} Unless it need not.
 */
function check(waitMs: number): void {
  if (waitMs > 0) throw new RateLimitError(waitMs);
}
