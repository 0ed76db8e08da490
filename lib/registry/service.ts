import type { Address, Origin } from "../net/mod.ts";
import type { FramingError, Message } from "../framing/mod.ts";
import {
  helloRefusal,
  type Identity,
  isRotated,
  type KeyChange,
  readHello,
  SecureError,
} from "../secure/mod.ts";
import { CODE } from "../protocol/mod.ts";
import type { PlainService, SecureService } from "./sessions/mod.ts";
import type {
  Awaitable,
  Claim,
  Claims,
  Cursor,
  Directory,
  Mailbox,
  Push,
  RunTime,
  Store,
} from "./store/mod.ts";
import { errorReply, RegistryError } from "./errors.ts";
import type { Log } from "./log.ts";
import {
  answerPlain,
  type PlainClient,
  type PlainContext,
} from "./methods/mod.ts";
import {
  allowListError,
  ClientRates,
  type Dial,
  NewClaims,
  PlainHolders,
  type Rates,
  ReachabilityChecks,
} from "./policy/mod.ts";
import { ServiceLog } from "./service_log.ts";
import type { RegistryTimings } from "./timings.ts";

/** How many leases are checked at a time against a new allow list. */
const ALLOW_PAGE_SIZE = 1000;

/** What a {@linkcode RegistryService} works with. */
export interface RegistryServiceOptions {
  /** Whether requests of the plain protocol are answered. */
  readonly plain: boolean;
  /** The identity of the registry, to which clients seal statements. */
  readonly identity: Identity;
  /** What the registry remembers. */
  readonly store: Store;
  /** The fingerprints of the keys that may register; all if undefined. */
  readonly allowed: ReadonlySet<string> | undefined;
  /** How often clients may do what costs something. */
  readonly rates: Rates;
  /** How a client is dialled, to see whether it is still there. */
  readonly dial?: Dial | undefined;
  /** Whether clients on loopback are checked in this way. Default: true. */
  readonly checksLoopback?: boolean;
  /** Receives what happens. */
  readonly log: Log;
  /** How long to wait for what. */
  readonly timings: RegistryTimings;
  /** The time in ms, on a clock that only goes forward. */
  readonly clock: () => number;
}

/**
 * What all sessions of a registry share: the store, the rules by which clients
 * are refused, and the log. Its only input and output are the store, and the
 * connections that show whether clients are still there.
 */
export class RegistryService
  implements PlainService, PlainContext, SecureService {
  readonly directory: Directory;
  readonly claims: Claims;
  readonly mailbox: Mailbox;
  readonly push: Push;
  readonly reachability: ReachabilityChecks;
  readonly newClaims = new NewClaims();
  readonly plainHolders = new PlainHolders();
  readonly timings: RegistryTimings;
  readonly clock: () => number;
  readonly #runTime: RunTime;
  readonly #rates: ClientRates;
  readonly #plain: boolean;
  readonly #identity: Identity;
  readonly #log: ServiceLog;
  readonly #startedAtMs: number;
  #allowed: ReadonlySet<string> | undefined;
  #nowS = 0;
  #sweepAtS = 0;

  /** A service at time 0; {@linkcode tick} moves its time on. */
  constructor(options: RegistryServiceOptions) {
    const { store, rates, plain, log, allowed, timings, clock, dial } = options;
    this.directory = store.directory;
    this.claims = store.claims;
    this.mailbox = store.mailbox;
    this.push = store.push;
    this.#runTime = store.runTime;
    this.reachability = new ReachabilityChecks({
      directory: store.directory,
      dial,
      checksLoopback: options.checksLoopback,
      clock,
      timings,
    });
    this.timings = timings;
    this.clock = clock;
    this.#startedAtMs = clock();
    this.#rates = new ClientRates(rates, clock);
    this.#plain = plain;
    this.#identity = options.identity;
    this.#log = new ServiceLog(log, clock);
    this.#allowed = allowed;
  }

  /** Whole s since the start, as of the last {@linkcode tick}. */
  get nowS(): number {
    return this.#nowS;
  }

  get runTimeS(): number {
    return this.#runTime.atOpenS + this.#nowS;
  }

  /**
   * Lets only these fingerprints register from now on, and ends the
   * registrations of all others; all may register if undefined.
   */
  async allow(fingerprints: ReadonlySet<string> | undefined): Promise<void> {
    this.#allowed = fingerprints;
    let after: Cursor | undefined;
    do {
      const query = { limit: ALLOW_PAGE_SIZE, after };
      const { leases, end } = await this.directory.list(query, this.#nowS);
      for (const lease of leases) {
        const error = this.#allowListError(lease.session?.key);
        if (error === undefined) continue;
        await this.directory.revoke(lease);
        if (lease.session === undefined) continue;
        await this.push.notify(lease.session, {
          type: "dismissed",
          error: errorReply(error),
        });
      }
      after = end?.cursor;
    } while (after !== undefined);
  }

  /** Moves `nowS` on and forgets what has ended. To be called each second. */
  tick(): void {
    this.#nowS = Math.floor((this.clock() - this.#startedAtMs) / 1000);
    this.#rates.sweep();
    this.newClaims.sweep(this.#nowS);
    this.plainHolders.sweep(this.#nowS);
    this.#log.failureOf(() => this.#sweep());
  }

  /** Ends what the service has begun by itself, and stores its run time. */
  async close(): Promise<void> {
    await this.reachability.close();
    await this.#log.failureOf(() => this.#runTime.save(this.runTimeS));
  }

  answer(request: Message, client: PlainClient): Awaitable<string> {
    this.#rates.countPlainRequest(client.origin);
    if (!this.#plain) {
      throw new RegistryError(
        CODE.forbidden,
        "this registry does not speak the plain protocol",
      );
    }
    return answerPlain(this, client, request);
  }

  checkPlainRegistration(
    clientID: string,
    newFor: Origin | undefined,
  ): Awaitable<void> {
    const error = this.#allowListError(undefined);
    if (error !== undefined) throw error;
    const claim = this.claims.find(clientID, this.runTimeS);
    if (claim instanceof Promise) {
      return claim.then((it) => this.#checkUnclaimed(it, newFor));
    }
    this.#checkUnclaimed(claim, newFor);
  }

  readHello(hello: Message, origin: Origin): Uint8Array {
    this.#rates.countHandshake(origin);
    try {
      return readHello(hello);
    } catch (error) {
      if (!(error instanceof SecureError)) throw error;
      const { code, reason } = helloRefusal(error);
      throw new RegistryError(code, reason);
    }
  }

  checkAllowed(key: string): void {
    const error = this.#allowListError(key);
    if (error !== undefined) throw error;
  }

  isRotated(statements: readonly Uint8Array[], change: KeyChange): boolean {
    return isRotated([this.#identity], statements, change);
  }

  countClaim(key: string, origin: Origin): void {
    this.#rates.countClaim(origin, key);
  }

  countBridge(key: string): void {
    this.#rates.countBridge(key);
  }

  countDeposit(key: string, origin: Origin, bytes: number): void {
    this.#rates.countDeposit(origin, key, bytes);
  }

  checkCollect(key: string, origin: Origin): void {
    this.#rates.checkCollect(origin, key);
  }

  countCollected(key: string, origin: Origin, bytes: number): void {
    this.#rates.countCollected(origin, key, bytes);
  }

  countRequest(key: string): void {
    this.#rates.countRequest(key);
  }

  errorForClient(error: unknown): RegistryError | undefined {
    return this.#log.errorForClient(error);
  }

  logRefusal(client: Address, error: RegistryError | FramingError): void {
    this.#log.refusal(client, error);
  }

  logFailure(client: Address, error: unknown): void {
    this.#log.failure(client, error);
  }

  async #sweep(): Promise<void> {
    await this.directory.sweep(this.#nowS);
    if (this.#nowS < this.#sweepAtS) return;
    this.#sweepAtS = this.#nowS + this.timings.sweepIntervalS;
    await this.#runTime.save(this.runTimeS);
    const hasMoreClaims = await this.claims.sweep(this.runTimeS);
    const hasMoreLetters = await this.mailbox.sweep(this.runTimeS);
    if (hasMoreClaims || hasMoreLetters) this.#sweepAtS = this.#nowS;
  }

  /** The error if a key, or a client without one, may not register. */
  #allowListError(key: string | undefined): RegistryError | undefined {
    return this.#allowed && allowListError(this.#allowed, key);
  }

  /**
   * Checks that no key owns a client ID that is to be registered in plain, and
   * counts the registration for an origin.
   */
  #checkUnclaimed(claim: Claim | undefined, newFor: Origin | undefined): void {
    if (claim !== undefined) {
      throw new RegistryError(
        CODE.forbidden,
        "clientID belongs to a key, and cannot be registered in plain",
      );
    }
    if (newFor === undefined) return;
    this.plainHolders.check(newFor);
    this.#rates.countPlainClaim(newFor);
  }
}
