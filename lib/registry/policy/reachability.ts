import { isIP } from "node:net";
import {
  type Address,
  dial,
  DialError,
  type DialOptions,
  formatAddress,
  isDialPermitted,
  isLoopback,
  type Origin,
  originOf,
  type Wire,
} from "../../net/mod.ts";
import { withTimeout } from "../../async/mod.ts";
import { OriginCounter } from "../../limits/mod.ts";
import type { Awaitable, Directory, Lease, Offer } from "../store/mod.ts";
import { Check, type CheckResult, RecentChecks } from "./recent_checks.ts";

/** Most checks that one BRIDGE waits for. */
const MAX_CHECKS_PER_BRIDGE = 8;

/** Most clients that are checked in one interval: each is remembered so long. */
const MAX_REMEMBERED_CLIENTS = 10_000;

/** Most connections of checks that are being opened at once. */
export const MAX_CONCURRENT_CHECKS = 16;

/** How many of those may be to one address, loopback excepted. */
const MAX_CONCURRENT_CHECKS_PER_ADDRESS = 4;

/** Opens a TCP connection, as `dial` of `lib/net` does. */
export type Dial = (
  address: Address,
  options: DialOptions,
) => Promise<Pick<Wire, "close">>;

/** What {@linkcode ReachabilityChecks} works with. */
export interface ReachabilityOptions {
  /** Where the result of a check is noted. */
  readonly directory: Directory;
  /** How a client is dialled. Default: as the process is permitted to. */
  readonly dial?: Dial | undefined;
  /**
   * Whether clients on loopback are checked. Not where a proxy names addresses:
   * its loopback may be another machine's. Default: true.
   */
  readonly checksLoopback?: boolean | undefined;
  /** The time in ms, on a clock that only goes forward. */
  readonly clock: () => number;
  /** How often and how long clients are checked. */
  readonly timings: ReachabilityTimings;
}

/** The part of the registry's timings that checks need. */
export interface ReachabilityTimings {
  /** How long a client and an address are not checked again, in s. */
  readonly checkIntervalS: number;
  /** How long a client has to accept the connection of a check, in ms. */
  readonly checkTimeoutMs: number;
  /** How long one BRIDGE waits for checks, in all, in ms. */
  readonly checkWaitMs: number;
}

/**
 * Finds out whether clients that have registered in plain are still there, when
 * they are to be offered to others: a connection that the registry opens and
 * closes at once (PROTOCOL.md, "Bridging"). The directory then offers those last
 * that refuse it. Neither a client nor an address is checked twice within the
 * interval, and nothing is dialled but what others are given: the address that
 * the client's REGISTER came from, or another address of loopback if that is
 * one.
 */
export class ReachabilityChecks {
  readonly #directory: Directory;
  readonly #dial: Dial;
  readonly #checksLoopback: boolean;
  readonly #clock: () => number;
  readonly #timings: ReachabilityTimings;
  readonly #byClient: RecentChecks;
  readonly #byAddress: RecentChecks;
  readonly #dialling = new OriginCounter({
    max: MAX_CONCURRENT_CHECKS,
    maxPerOrigin: MAX_CONCURRENT_CHECKS_PER_ADDRESS,
  });
  /** The checks whose result is not noted yet. */
  readonly #running = new Set<Promise<CheckResult>>();
  readonly #closing = new AbortController();

  /** Nothing has been checked yet. */
  constructor(
    {
      directory,
      dial = dialIfPermitted,
      checksLoopback = true,
      clock,
      timings,
    }: ReachabilityOptions,
  ) {
    this.#directory = directory;
    this.#dial = dial;
    this.#checksLoopback = checksLoopback;
    this.#clock = clock;
    this.#timings = timings;
    const intervalMs = timings.checkIntervalS * 1000;
    this.#byClient = new RecentChecks(intervalMs, clock);
    this.#byAddress = new RecentChecks(intervalMs, clock);
  }

  /**
   * Whether a client that is to be offered has to be checked first: not if it
   * is the only one, not if it has been checked already, and not if the check
   * could lead to another machine's client.
   */
  isDue({ lease, isOnly }: Offer): boolean {
    if (isOnly || lease.session !== undefined) return false;
    if (!this.#checksLoopback && isLoopback(lease.host)) return false;
    const own = this.#byClient.find(lease.clientID);
    if (own !== undefined) {
      const there = this.#byAddress.find(keyOf(addressOf(lease)));
      return own === there && own.result === undefined;
    }
    this.#byClient.forgetOld();
    this.#byAddress.forgetOld();
    return this.#byClient.size < MAX_REMEMBERED_CLIENTS &&
      this.#dialling.check(originOf(lease.host)) === undefined &&
      !this.#closing.signal.aborted;
  }

  /**
   * The first client in turn that has not refused a connection. When the time
   * or the checks of a BRIDGE are used up, the next one is not checked.
   *
   * @param offer A client that {@linkcode isDue}.
   * @param next Gives the next one.
   * @throws What `next` throws, and the directory.
   */
  async firstReachable(
    offer: Offer,
    next: () => Awaitable<Offer | undefined>,
  ): Promise<Lease | undefined> {
    const endMs = this.#clock() + this.#timings.checkWaitMs;
    let found: Offer | undefined = offer;
    for (let n = 0; n < MAX_CHECKS_PER_BRIDGE; n++) {
      const waitMs = endMs - this.#clock();
      if (found === undefined || waitMs <= 0 || !this.isDue(found)) break;
      const result = await withTimeout(this.#check(found.lease), waitMs);
      if (result !== "refused") break;
      found = await next();
    }
    return found?.lease;
  }

  /** Whether any address has been checked: else no REGISTER outdates a check. */
  get hasChecked(): boolean {
    return this.#byAddress.size > 0;
  }

  /**
   * Takes note of a REGISTER: what checks of the client's address have shown,
   * or will, is out of date.
   */
  outdate(address: Address): void {
    this.#byAddress.outdate(keyOf(address));
  }

  /** Gives up the checks under way, and makes none from now on. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  /** Checks a client, or waits for the check of its address under way. */
  #check(lease: Lease): Promise<CheckResult> {
    const address = addressOf(lease);
    const key = keyOf(address);
    let check = this.#byAddress.find(key);
    if (check === undefined) {
      const dialled = this.#dialOnce(address, originOf(lease.host));
      check = new Check(this.#clock(), dialled);
      this.#byAddress.add(key, check);
    }
    this.#byClient.add(lease.clientID, check);
    const noted = this.#note(lease, check);
    const forget = () => this.#running.delete(noted);
    this.#running.add(noted);
    noted.then(forget, forget);
    return noted;
  }

  /** Has the directory note what a check shows, also if none waits for it. */
  async #note(lease: Lease, check: Check): Promise<CheckResult> {
    await check.ended;
    const { result = "unknown" } = check;
    if (result !== "unknown") {
      await this.#directory.setRefusing(lease, result === "refused");
    }
    return result;
  }

  async #dialOnce(
    address: Address,
    origin: Origin,
  ): Promise<CheckResult> {
    this.#dialling.enter(origin);
    try {
      const timeoutMs = this.#timings.checkTimeoutMs;
      const { signal } = this.#closing;
      (await this.#dial(address, { timeoutMs, signal })).close();
      return "accepted";
    } catch (error) {
      return error instanceof DialError && error.failure === "refused"
        ? "refused"
        : "unknown";
    } finally {
      this.#dialling.leave(origin);
    }
  }
}

/**
 * Where a client is checked: where others are told that it is, if that is the
 * host that its REGISTER came from, or both are loopback.
 */
function addressOf({ host, candidates: [{ address }] }: Lease): Address {
  const isSame = address.host === host;
  const isHere = isLoopback(host) && isLoopback(address.host) &&
    isIP(address.host) !== 0;
  return isSame || isHere ? address : { host, port: address.port };
}

/** What no client ID can be. */
function keyOf(address: Address): string {
  return formatAddress(address);
}

/** Dials, unless the process would have to ask for the permission. */
async function dialIfPermitted(
  address: Address,
  options: DialOptions,
): Promise<Wire> {
  if (isDialPermitted(address)) return await dial(address, options);
  throw new DialError("other", "the process may not connect there");
}
