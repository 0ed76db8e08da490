import { type Address, formatAddress, isDisconnect } from "../net/mod.ts";
import type { FramingError, Message } from "../framing/mod.ts";
import {
  checkHello,
  fingerprintOf,
  SecureError,
  UnsupportedVersionError,
} from "../secure/mod.ts";
import { StorageError } from "../storage/mod.ts";
import { CODE, LEASE_GRACE_S } from "../protocol/mod.ts";
import type { PlainService, SecureService } from "./sessions/mod.ts";
import { Directory } from "./store/mod.ts";
import { RegistryError } from "./errors.ts";
import type { Letter } from "./store/mod.ts";
import { limitRate, type Log } from "./log.ts";
import { answerPlain, type PlainContext } from "./methods/mod.ts";
import { ClientRates, type Rates } from "./policy/mod.ts";
import type { State } from "./store/mod.ts";

/** Most entries that the log gets in a second. */
const LOGGED = 20;

/** How often what has lapsed is removed from the state's file, in s. */
const SWEEP_EVERY = 60;

/** What a registry answers by. */
export interface RegistryServiceOptions {
  /** Whether requests of the plain protocol are answered. */
  readonly plain: boolean;
  /** What outlives the registry. */
  readonly state: State;
  /** The fingerprints of the keys that may register; all if undefined. */
  readonly allowed: ReadonlySet<string> | undefined;
  /** How often clients may do what costs something. */
  readonly rates: Rates;
  /** Receives what happens. */
  readonly log: Log;
}

/**
 * Who is registered and who may be, for all connections and links of a
 * registry. It does no input or output but to the state's file.
 */
export class RegistryService
  implements PlainService, PlainContext, SecureService {
  /** Who is registered. */
  readonly directory = new Directory();
  readonly #rates: ClientRates;
  readonly #plain: boolean;
  readonly #state: State;
  readonly #log: Log;
  readonly #started = performance.now();
  #allowed: ReadonlySet<string> | undefined;
  #now = 0;

  /** A service with nobody registered. */
  constructor(options: RegistryServiceOptions) {
    this.#rates = new ClientRates(options.rates);
    this.#plain = options.plain;
    this.#state = options.state;
    this.#allowed = options.allowed;
    this.#log = limitRate(options.log, LOGGED);
  }

  /** Whole seconds since the start, as of the last {@linkcode tick}. */
  get now(): number {
    return this.#now;
  }

  /** When a lease ends whose link ends now. */
  get graceEnds(): number {
    return this.#now + LEASE_GRACE_S;
  }

  /**
   * Lets only these fingerprints register from now on, and ends what others
   * have registered; all may if undefined.
   */
  allow(fingerprints: ReadonlySet<string> | undefined): void {
    this.#allowed = fingerprints;
    for (const lease of this.directory.list(this.#now)) {
      const refusal = this.#refusal(lease.holder?.key);
      if (refusal !== undefined) this.directory.revoke(lease, refusal);
    }
  }

  /** Moves the clock on and forgets what is over. To be called each second. */
  tick(): void {
    this.#now = Math.floor((performance.now() - this.#started) / 1000);
    this.directory.sweep(this.#now);
    this.#rates.sweep();
    if (this.#now % SWEEP_EVERY === 0) {
      this.#sweep();
    }
  }

  answer(request: Message, host: string): string {
    this.#rates.request(host);
    if (!this.#plain) {
      throw new RegistryError(
        CODE.forbidden,
        "this registry does not speak the plain protocol",
      );
    }
    return answerPlain(this, host, request);
  }

  checkPlain(clientID: string): void {
    const refusal = this.#refusal(undefined);
    if (refusal !== undefined) throw refusal;
    if (this.owner(clientID) !== undefined) {
      throw new RegistryError(
        CODE.forbidden,
        "clientID belongs to the holder of a key",
      );
    }
  }

  checkHello(hello: Message, host: string): void {
    this.#rates.handshake(host);
    try {
      checkHello(hello);
    } catch (error) {
      if (!(error instanceof SecureError)) throw error;
      const unsupported = error instanceof UnsupportedVersionError;
      throw new RegistryError(
        unsupported ? CODE.unsupportedVersion : CODE.badRequest,
        error.message,
      );
    }
  }

  claim(clientID: string, key: string, host: string): void {
    const refusal = this.#refusal(key);
    if (refusal !== undefined) throw refusal;
    if (this.owner(clientID) === undefined) this.#rates.claim(host, key);
    const isTheirs = this.#store(({ claims }) =>
      claims.claim(clientID, key, epoch())
    );
    if (!isTheirs) {
      throw new RegistryError(
        CODE.forbidden,
        `${clientID} belongs to somebody else: choose another name, or use ` +
          "the identity that it was first registered with",
      );
    }
  }

  owner(clientID: string): string | undefined {
    return this.#store(({ claims }) => claims.owner(clientID, epoch()));
  }

  renew(clientID: string, key: string): void {
    this.#store(({ claims }) => claims.claim(clientID, key, epoch()));
  }

  deposit(clientID: string, key: string, sealed: Uint8Array): void {
    this.#store(({ mailbox }) => mailbox.deposit(key, sealed, epoch()));
    const holder = this.directory.find(clientID, this.#now)?.holder;
    if (holder?.key === key) holder.tellOfMail();
  }

  collect(key: string, maxBytes: number): Letter[] {
    return this.#store(({ mailbox }) =>
      mailbox.collect(key, { maxBytes }, epoch())
    );
  }

  drop(key: string, upTo: number): void {
    this.#store(({ mailbox }) => mailbox.drop(key, upTo));
  }

  countBridge(key: string, host: string): void {
    this.#rates.bridge(host, key);
  }

  countRequest(key: string, host: string): void {
    this.#rates.request(host, key);
  }

  logRefusal(client: Address, { code, message }: RegistryError | FramingError) {
    this.#log({
      event: "refused",
      client: formatAddress(client),
      code,
      reason: message,
    });
  }

  logFailure(client: Address, error: unknown): void {
    if (isDisconnect(error) || error instanceof SecureError) return;
    this.#log({
      event: "failed",
      client: formatAddress(client),
      error: String(error),
    });
  }

  #sweep(): void {
    try {
      this.#state.claims.sweep(epoch());
      this.#state.mailbox.sweep(epoch());
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#log({ event: "failed", error: error.message });
    }
  }

  /** Works on the state; a file that fails is for the log, not for a client. */
  #store<T>(work: (state: State) => T): T {
    try {
      return work(this.#state);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#log({ event: "failed", error: error.message });
      throw new RegistryError(CODE.cannotStore, "it cannot store anything now");
    }
  }

  /** Why a key, or whoever has none, may not register, if the list says so. */
  #refusal(key: string | undefined): RegistryError | undefined {
    if (this.#allowed === undefined) return undefined;
    const reason = "only those on its list may register";
    if (key === undefined) return new RegistryError(CODE.forbidden, reason);
    const fingerprint = fingerprintOf(key);
    if (this.#allowed.has(fingerprint)) return undefined;
    const request = `give whoever runs it your fingerprint, ${fingerprint}`;
    return new RegistryError(CODE.forbidden, `${reason}: ${request}`);
  }
}

/** Seconds since 1970: the clock of what outlives the registry. */
function epoch(): number {
  return Math.floor(Date.now() / 1000);
}
