import { backoff, MONOTONIC_CLOCK } from "../../async/mod.ts";
import { isFinalRefusal, REGISTER } from "../../protocol/mod.ts";
import { KeyChangedError, PeerError } from "../errors.ts";
import type { PeerTimings } from "../timings.ts";
import type { OwnKeys } from "../trust/mod.ts";
import { RefusedError } from "./errors.ts";
import type { LinkEnd, RequestLink } from "./request_link.ts";

/** How a {@linkcode Registration} connects, and what it reports. */
export interface RegistrationOptions {
  /** The client ID to register. */
  readonly clientID: string;
  /** Whether the client may be named to clients that ask in plain. */
  readonly plain: boolean;
  /** The keys of this peer, of whose changes the registry is told. */
  readonly ownKeys: Pick<OwnKeys, "statementsFor" | "taken">;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
  /**
   * Connects to the registry.
   *
   * @param signal Cancels the attempt.
   * @throws {KeyChangedError} If the registry's key is not the pinned one.
   * @throws {PeerError} If it cannot be reached.
   */
  readonly connect: (signal: AbortSignal) => Promise<RequestLink>;
  /**
   * Whether it is open, after an error, if the registry is to be connected to at
   * all: then it is tried again only after {@linkcode Registration.resume}.
   */
  readonly isUndecided: (error: unknown) => boolean;
  /** Is called when the registration is lost, with the reason. */
  readonly onLost: (end: LinkEnd) => void;
  /** Is called when the registration is back. */
  readonly onBack: () => void;
  /** Is called at each registration, the first and later ones. */
  readonly onRegistered: () => void;
  /** Is called when the registry shows a key that is not the pinned one, once a key. */
  readonly onKeyChanged: (error: KeyChangedError) => void;
}

/**
 * The link to a registry, and the registration of this client on it (PROTOCOL.md,
 * "REGISTER"). A registration lasts as long as its link: when the link is lost,
 * this connects and registers again, until the registry dismisses the client.
 */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #closing = new AbortController();
  #link: RequestLink | undefined;
  #opening: Promise<RequestLink> | undefined;
  #reconnecting: Promise<void> | undefined;
  /** The port to register on each new link, if any. */
  #port: number | undefined;
  /** The link of the last registration; undefined if it has ended for good. */
  #registeredOn: RequestLink | undefined;
  #isRequested = false;

  /** Connects to nothing before it is asked for a link. */
  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  /** Whether the client is registered, or was and is coming back. */
  get isActive(): boolean {
    return this.#registeredOn !== undefined;
  }

  /** Whether this client has been told to register, successfully or not. */
  get isRequested(): boolean {
    return this.#isRequested;
  }

  /**
   * Registers. If the registry is away, the client registers when it is back.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  async register(port: number): Promise<void> {
    this.#isRequested = true;
    try {
      const link = await this.open();
      await this.#sendRegister(link, port);
      this.#port = port;
      // The link may have ended before its reply was taken.
      if (link !== this.#link) this.#onRegistrationLost(await link.ended);
    } catch (error) {
      if (!isFinal(error) && !this.#closing.signal.aborted) {
        this.#port = port;
        if (!this.#options.isUndecided(error)) this.resume();
      }
      throw error;
    }
  }

  /** Registers as soon as the registry is back, if that was asked for. */
  resume(): void {
    if (this.#port === undefined || this.#link !== undefined) return;
    this.#reconnecting ??= this.#reconnect();
  }

  /**
   * The open link, or a new one, on which the client has registered again.
   *
   * @throws {PeerError} If the registry refuses or cannot be reached.
   */
  async open(): Promise<RequestLink> {
    if (this.#link !== undefined) return this.#link;
    this.#opening ??= this.#connect().finally(() => this.#opening = undefined);
    return await this.#opening;
  }

  /**
   * Goes over to a link under this peer's key that is in force, and registers
   * again if it was registered. If that fails, it is tried again as after a loss.
   */
  async changeOver(): Promise<void> {
    await this.#opening?.catch(() => {});
    const link = this.#link;
    this.#link = undefined;
    await link?.close();
    if (this.#port === undefined || this.#closing.signal.aborted) return;
    try {
      await this.open();
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      const end = { reason: error.message, final: isFinal(error) };
      this.#onRegistrationLost(end);
    }
  }

  /** Unregisters and closes. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#port = undefined;
    await this.#reconnecting;
    await this.#opening?.catch(() => {});
    await this.#link?.close();
    this.#registeredOn = undefined;
  }

  async #connect(): Promise<RequestLink> {
    const { signal } = this.#closing;
    const link = await this.#options.connect(signal);
    try {
      if (signal.aborted) throw new PeerError("this client is closing");
      if (this.#port !== undefined) await this.#sendRegister(link, this.#port);
    } catch (error) {
      await link.close();
      throw error;
    }
    this.#link = link;
    link.ended.then((end) => this.#onEnd(link, end));
    return link;
  }

  async #sendRegister(link: RequestLink, port: number): Promise<void> {
    const { clientID, plain, ownKeys } = this.#options;
    const rotations = ownKeys.statementsFor(link.key);
    await link.ask(REGISTER, { clientID, port, plain, rotations });
    ownKeys.taken(link.key, link.ownKey);
    this.#registeredOn = link;
    this.#options.onRegistered();
  }

  #onEnd(link: RequestLink, end: LinkEnd): void {
    // One that gave way to another was no loss.
    if (link !== this.#link) return;
    this.#link = undefined;
    this.#onRegistrationLost(end);
  }

  #onRegistrationLost(end: LinkEnd): void {
    if (this.#port === undefined || this.#closing.signal.aborted) return;
    if (end.final) this.#dismiss(end);
    else if (this.#reconnecting === undefined) {
      this.#options.onLost(end);
      this.#reconnecting = this.#reconnect();
    }
  }

  /** Gives the registration up: the registry does not want this client back. */
  #dismiss(end: LinkEnd): void {
    this.#port = undefined;
    this.#registeredOn = undefined;
    this.#options.onLost(end);
  }

  /** Tries until the client is registered, dismissed or closed. */
  async #reconnect(): Promise<void> {
    const { signal } = this.#closing;
    let reportedKey: string | undefined;
    const { backoffMinMs, backoffMaxMs } = this.#options.timings;
    const delays = backoff({ minMs: backoffMinMs, maxMs: backoffMaxMs });
    for (const waitMs of delays) {
      await MONOTONIC_CLOCK.sleep(waitMs, signal);
      if (signal.aborted || this.#port === undefined) break;
      try {
        const link = await this.open();
        if (link !== this.#registeredOn) {
          await this.#sendRegister(link, this.#port);
        }
        // The link may have ended again.
        if (link !== this.#link) continue;
        this.#options.onBack();
        break;
      } catch (error) {
        if (
          error instanceof KeyChangedError && error.fingerprint !== reportedKey
        ) {
          reportedKey = error.fingerprint;
          this.#options.onKeyChanged(error);
        }
        if (!isFinal(error)) continue;
        this.#dismiss({ reason: error.message, final: true });
        break;
      }
    }
    this.#reconnecting = undefined;
  }
}

/** Whether the registry refuses the client, and will refuse it again. */
function isFinal(error: unknown): error is RefusedError {
  return error instanceof RefusedError && isFinalRefusal(error.code);
}
