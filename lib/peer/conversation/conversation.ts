import { setTimeout as sleep } from "node:timers/promises";
import type { Candidates } from "../../protocol/mod.ts";
import { FramingError } from "../../framing/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import {
  type ReceiveContext,
  receiveMessages,
  receiveReceipts,
} from "../delivery/mod.ts";
import { backoff } from "../../async/mod.ts";
import { SendWindow } from "./send_window.ts";
import { Coalescer } from "../../async/mod.ts";
import { KeyChangedError, MailboxError, PeerError } from "../errors.ts";
import type { Party, Protection } from "../events.ts";
import type { Mail } from "../delivery/mod.ts";
import { Notice } from "./notice.ts";
import type { PeerLink } from "./peer_link.ts";
import { withTimeout } from "../../async/mod.ts";

/** How long a conversation that broke is tried to be taken up again, in ms. */
const GIVE_UP = 10 * 60 * 1000;

/** After how long a link is one that works, also if nothing went over it, in ms. */
const LASTING = 10_000;

/** How long to wait for the other side to close after a goodbye, in ms. */
const GOODBYE = 1000;

/** What deliveries work with. */
export interface ConversationContext extends ReceiveContext {
  /** Leaves messages at the registry. */
  readonly mail: Mail;
  /** Whether one more broken conversation may be taken up. */
  readonly mayTakeUp: () => boolean;
  /**
   * Calls a client, which attaches a link to its delivery.
   *
   * @param last Where it was called last, if this side called.
   * @throws {PeerError} If it cannot be reached.
   */
  readonly call: (clientID: string, last?: Candidates) => Promise<unknown>;
}

/**
 * All that goes to one client and comes from it: messages are sent until the
 * client has them, over whichever link there is, and by the registry's mailbox
 * while there is none (PROTOCOL.md, "Delivery").
 */
export class Conversation {
  readonly #clientID: string;
  readonly #host: ConversationContext;
  /** The links that are open, the one that is used last. */
  readonly #windows: SendWindow[] = [];
  /** The messages that may have arrived, or are left, without a word of it. */
  readonly #possiblyDelivered = new Set<string>();
  readonly #closing = new AbortController();
  /** Who it is, while there is a conversation, whether or not it is broken. */
  #party: Party | undefined;
  /** Since when the conversation has been broken, in ms. */
  #brokenSince: number | undefined;
  #reaching: Promise<void> | undefined;
  #awake = new AbortController();
  /** How long to wait before each further try, since something worked last. */
  #waits: Generator<number, never> | undefined;
  readonly #leaving = new Coalescer(() => this.#leaveAll());
  /** Whether the last try to leave something at the registry went well. */
  #mayLeave = false;
  readonly #notice: Notice;

  /** Delivers nothing before it is woken, or has a link. */
  constructor(clientID: string, host: ConversationContext) {
    this.#clientID = clientID;
    this.#host = host;
    this.#notice = new Notice(clientID, host.onEvent);
  }

  /** Who is at the other side; undefined if there is no conversation. */
  get party(): Party | undefined {
    const party = this.#party;
    return party !== undefined && this.isBroken
      ? { ...party, broken: true }
      : party;
  }

  /** Whether there is a conversation, and no link. */
  get isBroken(): boolean {
    return this.#brokenSince !== undefined;
  }

  /** Whether there is nothing more to do, nor anything under way. */
  get isOver(): boolean {
    return this.#party === undefined && this.#windows.length === 0 &&
      this.#reaching === undefined && !this.#leaving.isRunning &&
      !this.#isWanted;
  }

  /** Whether anything is on its way. */
  get isCarrying(): boolean {
    return this.#windows.some(({ inFlight }) => inFlight.length > 0);
  }

  /** Whether a message is on its way, or may be at the other side already. */
  isPossiblyDelivered(id: string): boolean {
    return this.#possiblyDelivered.has(id) ||
      this.#windows.some(({ inFlight }) => inFlight.includes(id));
  }

  /**
   * Takes a link into use, from where the other side was recognised.
   *
   * @returns Resolves when the link is over.
   */
  attach(link: PeerLink, party: Party): Promise<void> {
    const { onEvent, store } = this.#host;
    if (this.#closing.signal.aborted) {
      link.close();
      return Promise.resolve();
    }
    const window = new SendWindow(link, store.outbox, this.#clientID);
    this.#windows.push(window);
    const before = this.#party;
    this.#party = party;
    if (before === undefined) onEvent({ type: "connected", party });
    else if (this.#brokenSince !== undefined) {
      onEvent({ type: "linkBack", party });
    }
    this.#brokenSince = undefined;
    this.#awake.abort();
    window.pump();
    return window.ended = this.#listen(window);
  }

  /** Sends what waits; without a link, tries to get one at once. */
  wake(): void {
    this.#waits = undefined;
    this.#awake.abort();
    this.send();
  }

  /** Sends what waits: over a link, or by mailbox while one is being tried. */
  send(): void {
    const window = this.#windows.at(-1);
    if (window !== undefined) window.pump();
    else if (this.#reaching !== undefined) {
      if (this.#mayLeave) this.#leaving.run();
    } else if (this.#isWanted) {
      this.#reaching = this.#reach().finally(() => {
        this.#reaching = undefined;
        // Something may have come up between its last look and its end.
        this.send();
      });
    }
  }

  /** Drops the links that are under another key than the client's own. */
  dropOthers(key: string | undefined): void {
    for (const { link } of this.#windows) if (link.key !== key) link.close();
  }

  /** Says that the conversation is now protected in another way. */
  protect(protection: Protection): void {
    if (this.#party !== undefined) this.#party = { ...this.#party, protection };
  }

  /** Ends the conversation politely; what waits goes on waiting. */
  async hangUp(reason = "you hung up"): Promise<void> {
    const windows = Array.from(this.#windows);
    this.#end(reason);
    await withTimeout(
      Promise.allSettled(windows.map((window) => window.leave())),
      GOODBYE,
    );
    for (const { link } of windows) link.close();
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#awake.abort();
    await this.hangUp();
    await this.#reaching;
    await this.#leaving.idle();
  }

  /** Whether there is a reason to try to reach the other side. */
  get #isWanted(): boolean {
    return !this.#closing.signal.aborted &&
      (this.#brokenSince !== undefined ||
        this.#host.store.outbox.count(this.#clientID) > 0);
  }

  async #listen(window: SendWindow): Promise<void> {
    const { link } = window;
    const began = performance.now();
    let reason = "the connection broke";
    let goodbye = false;
    try {
      for await (const arrivals of link.arrivals()) {
        const last = arrivals.messages.at(-1);
        if (last !== undefined) {
          const { messages } = arrivals;
          receiveMessages(this.#host, link.key, this.#clientID, messages);
          // Only what is on the disk is acknowledged.
          link.acknowledge(last.id);
          this.#worked();
        }
        if (arrivals.acknowledged !== undefined) {
          this.#delivered(window.acknowledged(arrivals.acknowledged));
          this.#worked();
          window.pump();
        }
        goodbye = arrivals.goodbye;
      }
    } catch (error) {
      if (error instanceof StorageError || error instanceof PeerError) {
        this.#notice.tell(error);
      }
      if (error instanceof FramingError) {
        reason = `the other side sent what is not a message: ${error.message}`;
      }
    }
    if (performance.now() - began > LASTING) this.#worked();
    this.#windows.splice(this.#windows.indexOf(window), 1);
    for (const id of window.inFlight) this.#possiblyDelivered.add(id);
    this.#linkEnded(goodbye, reason);
    if (goodbye) {
      await withTimeout(link.farewell(), GOODBYE).catch(() => {
        // It did not wait for the answer.
      });
    }
    link.close();
  }

  #linkEnded(goodbye: boolean, reason: string): void {
    if (goodbye) this.#end("the other side hung up");
    else if (this.#party !== undefined && this.#windows.length === 0) {
      if (this.#host.mayTakeUp()) this.#lose(this.#party, reason);
      else this.#end(reason);
    }
    this.send();
  }

  #lose(party: Party, reason: string): void {
    this.#brokenSince = performance.now();
    this.#host.onEvent({ type: "linkLost", party, reason });
  }

  #end(reason: string): void {
    const party = this.#party;
    this.#party = undefined;
    this.#brokenSince = undefined;
    if (party === undefined) return;
    this.#host.onEvent({ type: "disconnected", party, reason });
  }

  #delivered(ids: readonly string[]): void {
    for (const id of ids) this.#possiblyDelivered.delete(id);
    receiveReceipts(this.#host, this.#clientID, ids);
  }

  /** Calls until somebody answers or there is no reason any more. */
  async #reach(): Promise<void> {
    for (;;) {
      // A link that ends before it was of use is not taken up again at once.
      if (this.#waits !== undefined) await this.#rest(this.#waits.next().value);
      if (this.#windows.length > 0 || !this.#isWanted) return;
      this.#waits ??= backoff();
      try {
        const { direction, address } = this.#party ?? {};
        const isDialled = direction === "out" && address !== undefined;
        const last: Candidates | undefined = isDialled
          ? [{ address }]
          : undefined;
        await this.#host.call(this.#clientID, last);
      } catch (error) {
        const isAway = error instanceof PeerError &&
          !(error instanceof KeyChangedError);
        if (isAway) this.#leaving.run();
        else this.#notice.tell(error);
      }
      if (this.#windows.length > 0) return;
      this.#giveUpWhenLate();
    }
  }

  async #rest(ms: number): Promise<void> {
    const { signal } = this.#awake = new AbortController();
    await sleep(ms, undefined, { signal }).catch(() => {});
  }

  /** Notes that the other side was reached, and to some purpose. */
  #worked(): void {
    this.#waits = undefined;
    this.#notice.clear();
  }

  #giveUpWhenLate(): void {
    const since = this.#brokenSince;
    if (since !== undefined && performance.now() - since > GIVE_UP) {
      this.#end("it could not be taken up again");
    }
  }

  /** Leaves what waits at the registry, so that this side need not stay. */
  async #leaveAll(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const { store: { outbox }, mail } = this.#host;
    /** What may be there without a word of it, unless it is refused. */
    let trying = "";
    this.#mayLeave = true;
    try {
      const waiting = outbox.waiting(this.#clientID);
      await mail.leave(this.#clientID, waiting, {
        onLeaving: ({ id }) => {
          trying = this.#possiblyDelivered.has(id) ? "" : id;
          this.#possiblyDelivered.add(id);
        },
        onLeft: ({ id }) => this.#left(id),
        isNeeded: () => this.#windows.length === 0,
      });
    } catch (error) {
      this.#mayLeave = false;
      if (error instanceof MailboxError) this.#possiblyDelivered.delete(trying);
      this.#notice.tell(error);
    }
  }

  #left(id: string): void {
    const { store: { outbox }, onEvent } = this.#host;
    outbox.left([id], Date.now());
    this.#notice.clear();
    // It may have been delivered meanwhile, over a link.
    if (outbox.get(id)?.state !== "left") return;
    onEvent({ type: "left", id, to: this.#clientID });
  }
}
