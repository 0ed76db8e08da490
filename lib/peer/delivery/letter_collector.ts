import {
  backoff,
  Coalescer,
  MONOTONIC_CLOCK,
  withTimeout,
} from "../../async/mod.ts";
import { type Rate, TokenBucket } from "../../limits/mod.ts";
import {
  type CollectReply,
  type CollectRequest,
  MAX_MAILBOX_BYTES,
} from "../../protocol/mod.ts";
import type { Identity } from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import {
  PeerError,
  ProtocolViolationError,
  UnconfirmedError,
} from "../errors.ts";
import { RefusedError, type RegistryClient } from "../registry_client/mod.ts";
import type { PeerTimings } from "../timings.ts";
import { msUntilNextDay } from "../trust/mod.ts";
import { CollectionLimits } from "./collection_limits.ts";
import { LetterOpener, type LetterOpenerContext } from "./letter_opener.ts";
import type { LetterSender } from "./letter_sender.ts";

/** How often the mailbox is looked into, however often MAIL is pushed. */
const COLLECTIONS: Rate = { perSecond: 2, burst: 30 };

/** How many bytes of letters are collected: several full mailboxes at once. */
const LETTER_BYTES: Rate = {
  perSecond: 128 * 1024,
  burst: 4 * MAX_MAILBOX_BYTES,
};

/**
 * How often the user is told why letters stay in the mailbox whose senders are not
 * confirmed: each new name is another reason.
 */
const UNCONFIRMED_RATE: Rate = { perSecond: 1 / 30, burst: 10 };

/** What opening a letter costs, as bytes. */
const LETTER_OVERHEAD_BYTES = 512;

/** What a {@linkcode LetterCollector} works with. */
export interface LetterCollectorContext extends LetterOpenerContext {
  /** The registry that keeps the letters. */
  readonly registry: Pick<RegistryClient, "collect">;
  /** Deposits the receipts. */
  readonly letterSender: LetterSender;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
}

/**
 * Collects the letters in this client's mailbox, stores what is in them, and
 * deposits receipts for it (PROTOCOL.md, "Mailbox").
 */
export class LetterCollector {
  readonly #context: LetterCollectorContext;
  readonly #collecting = new Coalescer(() => this.#collectAll());
  readonly #closing = new AbortController();
  readonly #collections = new TokenBucket(COLLECTIONS, performance.now());
  readonly #letterBytes = new TokenBucket(LETTER_BYTES, performance.now());
  readonly #unconfirmed = new TokenBucket(UNCONFIRMED_RATE, performance.now());
  #delay = new AbortController();
  readonly #opener: LetterOpener;
  #isEmptied = false;

  /**
   * Collects nothing before it is told to.
   *
   * @param identity The identity that opens the letters. Default: the one that is
   * in force.
   */
  constructor(context: LetterCollectorContext, identity?: Identity) {
    this.#context = context;
    this.#opener = new LetterOpener(context, identity);
  }

  /** Whether nothing was left in the mailbox when letters were last collected. */
  get isEmptied(): boolean {
    return this.#isEmptied;
  }

  /** Collects what waits at the registry, now or after what is under way. */
  collect(): Promise<void> {
    this.#delay.abort();
    return this.#collecting.run();
  }

  /** Collects again what a quota has left at the registry, if it has. */
  async collectOverQuota(): Promise<void> {
    if (this.#opener.isOverQuota) await this.collect();
  }

  /** Collects no more, and waits a little for receipts that are being sent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#delay.abort();
    await withTimeout(
      this.#collecting.idle(),
      this.#context.timings.lastReceiptsTimeoutMs,
    );
  }

  /** Collects until the mailbox is empty; what fails for now is tried again. */
  async #collectAll(): Promise<void> {
    let reported = "";
    const { backoffMinMs, backoffMaxMs } = this.#context.timings;
    const delays = backoff({ minMs: backoffMinMs, maxMs: backoffMaxMs });
    for (const delayMs of delays) {
      await this.#untilAllowed(this.#collections);
      // What is asked for from now on ends the delay after this collection.
      this.#delay = new AbortController();
      const failure = await this.#tryToCollect();
      if (this.#closing.signal.aborted) return;
      if (failure === undefined && !this.#opener.isOverQuota) return;
      const reason = failure?.message;
      if (reason === undefined) reported = "";
      else if (reason !== reported && this.#mayTell(failure)) {
        this.#context.onEvent({ type: "waiting", to: undefined, reason });
        reported = reason;
      }
      // A registry that sends nonsense does not end the delay by MAIL.
      const { signal } = failure instanceof ProtocolViolationError
        ? this.#closing
        : this.#delay;
      const sleepMs = failure === undefined
        ? msUntilNextDay(Date.now())
        : delayMs;
      await MONOTONIC_CLOCK.sleep(sleepMs, signal);
    }
  }

  /** Whether a failure is told: what strangers cause is not each time. */
  #mayTell(failure: Error | undefined): boolean {
    return !(failure instanceof UnconfirmedError) ||
      this.#unconfirmed.take(performance.now()) === 0;
  }

  /** Collects; if that fails and may be tried again, returns why. */
  async #tryToCollect(): Promise<Error | undefined> {
    const { letterSender } = this.#context;
    const limits = new CollectionLimits();
    this.#opener.startOver();
    this.#isEmptied = false;
    try {
      let unconfirmed: UnconfirmedError | undefined;
      let letters = await this.#nextLetters(limits, { done: [], after: 0 });
      for (let last; (last = letters.at(-1)) !== undefined;) {
        const opened = await this.#opener.open(letters);
        unconfirmed ??= opened.unconfirmed;
        // The receipts go first: the letters are removed by the next COLLECT.
        for (const [from, ids] of opened.received) {
          await letterSender.depositReceipts(from, ids);
        }
        const { done } = opened;
        const after = last.number;
        letters = await this.#nextLetters(limits, { done, after });
      }
      this.#isEmptied = unconfirmed === undefined &&
        !this.#opener.isOverQuota;
      return unconfirmed;
    } catch (error) {
      const isReported = error instanceof StorageError ||
        error instanceof RefusedError ||
        error instanceof ProtocolViolationError;
      if (isReported) return error;
      // If the registry is away that is reported elsewhere, and the letters are
      // collected when it is back.
      if (!(error instanceof PeerError)) throw error;
    }
    return undefined;
  }

  /** The next letters, with a limit on how many come in a time. */
  async #nextLetters(
    limits: CollectionLimits,
    request: CollectRequest,
  ): Promise<CollectReply> {
    const letters = await this.#context.registry.collect(request);
    limits.check(letters);
    let cost = 0;
    for (const { sealed } of letters) {
      cost += sealed.length + LETTER_OVERHEAD_BYTES;
    }
    if (cost > 0) await this.#untilAllowed(this.#letterBytes, cost);
    return letters;
  }

  /** Takes from a bucket, and waits until it holds something if it is empty. */
  async #untilAllowed(bucket: TokenBucket, cost = 1): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const waitMs = bucket.take(performance.now(), cost);
      if (waitMs === 0) return;
      await MONOTONIC_CLOCK.sleep(waitMs, signal);
    }
  }
}
