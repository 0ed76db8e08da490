import {
  backoff,
  Coalescer,
  MONOTONIC_CLOCK,
  withTimeout,
} from "../../async/mod.ts";
import { FramingError } from "../../framing/mod.ts";
import { type Rate, TokenBucket } from "../../limits/mod.ts";
import {
  type CollectReply,
  type CollectRequest,
  MAX_MAILBOX_BYTES,
  ProtocolError,
  type TextMessage,
} from "../../protocol/mod.ts";
import { type Identity, SealError } from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import {
  PeerError,
  ProtocolViolationError,
  UnconfirmedError,
} from "../errors.ts";
import { RefusedError, type RegistryClient } from "../registry_client/mod.ts";
import type { PeerTimings } from "../timings.ts";
import {
  type HeldRequests,
  msUntilNextDay,
  type OwnKeys,
  type PresentedRotation,
  type Rotations,
} from "../trust/mod.ts";
import { type UnsealedLetter, unsealLetter } from "./codec.ts";
import { CollectionLimits } from "./collection_limits.ts";
import type { LetterSender } from "./letter_sender.ts";
import { receiveMessages, receiveReceipts } from "./receive.ts";
import { SenderCheck, type SenderCheckContext } from "./sender_check.ts";

/** How often the mailbox is looked into, however often MAIL is pushed. */
const COLLECTIONS: Rate = { perSecond: 2, burst: 30 };

/** How many bytes of letters are collected: several full mailboxes at once. */
const LETTER_BYTES: Rate = {
  perSecond: 128 * 1024,
  burst: 4 * MAX_MAILBOX_BYTES,
};

/** What opening a letter costs, as bytes. */
const LETTER_OVERHEAD_BYTES = 512;

/** What a page of letters contained. */
interface Opened {
  /** The IDs of the messages, by sender. */
  readonly received: ReadonlyMap<string, string[]>;
  /** The numbers of the letters that can be removed. */
  readonly done: readonly number[];
  /** Why letters have to stay in the mailbox, if some have to. */
  readonly unconfirmed: UnconfirmedError | undefined;
}

/** The letters of one sender. */
interface SenderLetters {
  /** The sender's key, in base64. */
  readonly senderKey: string;
  /** Whether they are held until the user decides. */
  readonly isHeld: boolean;
  /** The messages in them, and the numbers of the letters. */
  readonly messages: (TextMessage & { readonly letter: number })[];
}

/** What a {@linkcode LetterCollector} works with. */
export interface LetterCollectorContext extends SenderCheckContext {
  /** The keys of this peer. */
  readonly ownKeys: OwnKeys;
  /** Takes the new keys of other clients. */
  readonly rotations: Rotations;
  /** Is called when a client has replaced its key. */
  readonly onKeyRotated: (clientID: string) => void;
  /** The registry that keeps the letters. */
  readonly registry: Pick<RegistryClient, "collect">;
  /** Where the letters of strangers are held. */
  readonly heldRequests: HeldRequests;
  /** Deposits the receipts. */
  readonly letterSender: LetterSender;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
  /** Is called when a peer has collected its letters: it is online. */
  readonly onPeerOnline: (clientID: string) => void;
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
  #delay = new AbortController();
  /** The identity that opens the letters, if it is not in force any more. */
  readonly #retired: Identity | undefined;
  /** The keys whose letters stay in the mailbox because of a quota. */
  readonly #overQuota = new Set<string>();
  #isEmptied = false;

  /**
   * Collects nothing before it is told to.
   *
   * @param identity The identity that opens the letters. Default: the one that is
   * in force.
   */
  constructor(context: LetterCollectorContext, identity?: Identity) {
    this.#context = context;
    this.#retired = identity;
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

  /** Collects no more, and waits a little for receipts that are being sent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#delay.abort();
    await withTimeout(
      this.#collecting.idle(),
      this.#context.timings.lastReceiptsTimeoutMs,
    );
  }

  get #identity(): Identity {
    return this.#retired ?? this.#context.ownKeys.current;
  }

  /** Collects until the mailbox is empty; what fails for now is tried again. */
  async #collectAll(): Promise<void> {
    let reported = "";
    const { backoffMinMs, backoffMaxMs } = this.#context.timings;
    const delays = backoff({ minMs: backoffMinMs, maxMs: backoffMaxMs });
    for (const delayMs of delays) {
      await this.#untilAllowed(this.#collections);
      const failure = await this.#tryToCollect();
      if (this.#closing.signal.aborted) return;
      if (failure === undefined && this.#overQuota.size === 0) return;
      const reason = failure?.message ?? "";
      if (reason !== reported && reason !== "") {
        this.#context.onEvent({ type: "waiting", to: undefined, reason });
      }
      reported = reason;
      this.#delay = new AbortController();
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

  /** Collects; if that fails and may be tried again, returns why. */
  async #tryToCollect(): Promise<Error | undefined> {
    const { letterSender } = this.#context;
    const limits = new CollectionLimits();
    this.#overQuota.clear();
    this.#isEmptied = false;
    try {
      let unconfirmed: UnconfirmedError | undefined;
      let letters = await this.#nextLetters(limits, { done: [], after: 0 });
      for (let last; (last = letters.at(-1)) !== undefined;) {
        const opened = await this.#open(letters);
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
        this.#overQuota.size === 0;
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

  /**
   * Opens letters and stores what is in them, the messages of each sender in the
   * order of their IDs: one that was deposited again after a week is behind later
   * ones.
   */
  async #open(letters: CollectReply): Promise<Opened> {
    const bySender = new Map<string, SenderLetters>();
    let senders = new SenderCheck(this.#context);
    const kept = new Set<number>();
    let unconfirmed: UnconfirmedError | undefined;
    for (const { number, sealed } of letters) {
      const unsealed = this.#unseal(sealed);
      if (unsealed === undefined) continue;
      const { letter, senderKey } = unsealed;
      const { from } = letter;
      if ("rotations" in letter) {
        const { rotations } = letter;
        if (this.#takeKey({ clientID: from, key: senderKey, rotations })) {
          // What was found out about the old key is no longer true.
          senders = new SenderCheck(this.#context);
        }
        continue;
      }
      const verdict = await senders.check(unsealed);
      if (verdict instanceof UnconfirmedError) {
        kept.add(number);
        unconfirmed ??= new UnconfirmedError(
          `letters stay in the mailbox: ${verdict.message}`,
        );
        continue;
      }
      if (verdict === "refused") continue;
      this.#noteSender(from, senderKey);
      if ("delivered" in letter) {
        // Nothing was sent to a client that is a stranger.
        if (verdict === "held") continue;
        receiveReceipts(this.#context, from, letter.delivered);
        this.#context.onPeerOnline(from);
      } else {
        const sender = bySender.get(from) ??
          { senderKey, isHeld: verdict === "held", messages: [] };
        sender.messages.push({ ...letter.message, letter: number });
        bySender.set(from, sender);
      }
    }
    const received = new Map<string, string[]>();
    for (const [from, { senderKey, isHeld, messages }] of bySender) {
      messages.sort((one, other) => one.id < other.id ? -1 : 1);
      if (isHeld) {
        this.#hold(from, senderKey, messages);
        continue;
      }
      const stored = this.#receive(senderKey, from, messages);
      if (stored > 0) {
        received.set(from, messages.slice(0, stored).map(({ id }) => id));
      }
      for (const { letter } of messages.slice(stored)) kept.add(letter);
    }
    const done = letters.map(({ number }) => number)
      .filter((number) => !kept.has(number));
    return { received, done, unconfirmed };
  }

  /**
   * Stores messages, as far as the quotas of their sender allow, and none after
   * one that they do not.
   *
   * @returns How many are stored, from the first on.
   */
  #receive(key: string, from: string, messages: readonly TextMessage[]) {
    if (this.#overQuota.has(key)) return 0;
    const stored = receiveMessages(this.#context, key, from, messages);
    if (stored < messages.length) this.#overQuota.add(key);
    return stored;
  }

  /**
   * Holds letters, as far as the limits allow. Without a receipt the sender keeps
   * the messages, and sends those that are not held again.
   */
  #hold(name: string, key: string, messages: readonly TextMessage[]): void {
    const { heldRequests } = this.#context;
    const isHeld = heldRequests.ask({ name, key });
    if (isHeld) heldRequests.hold(key, messages, true);
  }

  /** Notes which key of this peer the sender of a letter knows. */
  #noteSender(name: string, key: string): void {
    const { ownKeys } = this.#context;
    if (this.#retired === undefined) ownKeys.taken(key, ownKeys.publicKey);
    else ownKeys.owe({ name, key });
  }

  /** Takes the new key of a client; of one that is not taken nothing is told. */
  #takeKey(presented: PresentedRotation): boolean {
    const { rotations, onKeyRotated } = this.#context;
    const isTaken = rotations.take(presented, Date.now());
    if (isTaken) onKeyRotated(presented.clientID);
    return isTaken;
  }

  /** Opens a letter; undefined if it is not authentic, or none. */
  #unseal(bytes: Uint8Array): UnsealedLetter | undefined {
    try {
      return unsealLetter(this.#identity, bytes);
    } catch (error) {
      const isNoLetter = error instanceof SealError ||
        error instanceof ProtocolError || error instanceof FramingError;
      if (!isNoLetter) throw error;
      return undefined;
    }
  }
}
