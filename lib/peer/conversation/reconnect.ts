import type { Clock } from "../../async/mod.ts";
import type { PeerTimings } from "../timings.ts";

/** What a {@linkcode Reconnector} works with. */
export interface ReconnectOptions {
  /** Whether a link is wanted and there is none. */
  readonly isNeeded: () => boolean;
  /** Tries to get a link; handles its own errors. */
  readonly connect: () => Promise<void>;
  /** Is called when a conversation has been without a link for too long. */
  readonly onGiveUp: () => void;
  /** How long a conversation may be without a link. */
  readonly timings: Pick<PeerTimings, "reconnectTimeoutMs">;
  /** The delays between the tries, in ms. */
  readonly backoff: () => Iterator<number, never>;
  /** The clock that the delays go by. */
  readonly clock: Clock;
}

/**
 * Tries to get a link until there is one, or none is needed any more. The first
 * try is at once, the others after growing delays; these begin anew only when a
 * link has been of use, so that a peer that hangs up at once is not dialled all
 * the time.
 */
export class Reconnector {
  readonly #options: ReconnectOptions;
  #running: Promise<void> | undefined;
  #delays: Iterator<number, never> | undefined;
  #delay = new AbortController();
  /** Since when a conversation has been without a link, in ms. */
  #brokenSince: number | undefined;

  /** A reconnector of one conversation, which tries from {@linkcode start} on. */
  constructor(options: ReconnectOptions) {
    this.#options = options;
  }

  /** Whether it is trying. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Whether a conversation is open that has no link. */
  get isBroken(): boolean {
    return this.#brokenSince !== undefined;
  }

  /** Begins to try. Resolves when it has stopped. */
  start(): Promise<void> {
    return this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Notes that an open conversation has lost its last link. */
  lost(): void {
    this.#brokenSince = this.#options.clock.now();
  }

  /** Notes that the conversation has a link. */
  restored(): void {
    this.#brokenSince = undefined;
    this.stopDelay();
  }

  /** Notes that the conversation has ended. */
  ended(): void {
    this.#brokenSince = undefined;
  }

  /** Ends the current delay: the next try follows at once, if one is needed. */
  stopDelay(): void {
    this.#delay.abort();
  }

  /** Begins the delays anew: a link was of use, or the peer is back. */
  resetDelays(): void {
    this.#delays = undefined;
  }

  /** Resolves when it is not trying. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { isNeeded, connect, backoff } = this.#options;
    for (;;) {
      if (this.#delays !== undefined) await this.#sleep(this.#delays);
      if (!isNeeded()) return;
      this.#delays ??= backoff();
      await connect();
      if (!isNeeded()) return;
      this.#giveUpIfLate();
    }
  }

  async #sleep(delays: Iterator<number, never>): Promise<void> {
    const { signal } = this.#delay = new AbortController();
    await this.#options.clock.sleep(delays.next().value, signal);
  }

  #giveUpIfLate(): void {
    const { clock, timings, onGiveUp } = this.#options;
    if (this.#brokenSince === undefined) return;
    const brokenMs = clock.now() - this.#brokenSince;
    if (brokenMs > timings.reconnectTimeoutMs) onGiveUp();
  }
}
