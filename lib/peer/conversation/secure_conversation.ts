import { backoff, MONOTONIC_CLOCK, withTimeout } from "../../async/mod.ts";
import { receiveReceipts } from "../delivery/mod.ts";
import { CONNECTION_BROKE } from "../errors.ts";
import type { Party } from "../events.ts";
import type { Outgoing } from "../store/mod.ts";
import type { Attachment, ConversationContext, LinkPath } from "./context.ts";
import type { Conversation } from "../conversation_types.ts";
import { Caller } from "./caller.ts";
import { Depositor } from "./depositor.ts";
import { Links } from "./links.ts";
import { MessageStages } from "./message_stages.ts";
import { Notice } from "./notice.ts";
import type { Arrivals, PeerLink } from "./peer_link.ts";
import { type LinkHandlers, readLink } from "./read_link.ts";
import { Reconnector } from "./reconnect.ts";
import { SendWindow } from "./send_window.ts";

/**
 * Everything that goes to one client and comes from it: messages are sent until
 * the client has them, over the best link, and by the registry's mailbox while
 * there is none (PROTOCOL.md, "Delivery").
 */
export class SecureConversation implements Conversation {
  /** How far its messages have come, and taking them back. */
  readonly stages: MessageStages;
  readonly #clientID: string;
  readonly #context: ConversationContext;
  readonly #links = new Links<SendWindow>();
  readonly #closing = new AbortController();
  readonly #notice: Notice;
  readonly #depositor: Depositor;
  readonly #caller: Caller;
  readonly #reconnector: Reconnector;
  readonly #linkHandlers: LinkHandlers;
  /** The path that was attached last, while the conversation is open. */
  #last: LinkPath | undefined;
  #generation = 0;

  /**
   * The conversation with a client: not open, and without a link.
   *
   * @param clientID The client ID of the peer.
   */
  constructor(clientID: string, context: ConversationContext) {
    const { onEvent, letterSender, timings, store: { outbox } } = context;
    this.#clientID = clientID;
    this.#context = context;
    const notice = this.#notice = new Notice(clientID, onEvent);
    const stages = this.stages = new MessageStages(
      outbox,
      () => this.#links.all.map(({ inFlight }) => inFlight),
    );
    this.#depositor = new Depositor({
      clientID,
      letterSender,
      outbox,
      stages,
      notice,
      onEvent,
      isNeeded: () => this.#links.isEmpty,
      signal: this.#closing.signal,
    });
    this.#caller = new Caller({
      ...context,
      clientID,
      depositor: this.#depositor,
      notice,
      links: this.#links,
    });
    this.#reconnector = new Reconnector({
      isNeeded: () => this.#links.isEmpty && this.#isWanted,
      connect: () => this.#caller.connect(this.#last),
      onGiveUp: () => this.#end("the connection could not be re-established"),
      timings,
      backoff: () =>
        backoff({ minMs: timings.backoffMinMs, maxMs: timings.backoffMaxMs }),
      clock: MONOTONIC_CLOCK,
    });
    this.#linkHandlers = {
      ...context,
      clientID,
      onDelivered: (ids) => this.#delivered(ids),
      onUseful: (link) => this.#linkUseful(link),
      onEnd: (window, hungUp, reason) => this.#ended(window, hungUp, reason),
      onFailure: (error) => notice.report(error),
    };
  }

  /** Whether the conversation is open, with a link or without. */
  get isOpen(): boolean {
    return this.#last !== undefined;
  }

  /** The peer; undefined while the conversation is not open. */
  get party(): Party | undefined {
    if (this.#last === undefined) return undefined;
    const party = this.#partyBy(this.#links.best?.path ?? this.#last);
    return this.isBroken ? { ...party, broken: true } : party;
  }

  /** Whether the conversation is open and has no link. */
  get isBroken(): boolean {
    return this.#reconnector.isBroken;
  }

  /** Whether there is nothing to do, and nothing under way. */
  get isIdle(): boolean {
    return !this.isOpen && this.#links.isEmpty &&
      !this.#reconnector.isRunning && !this.#depositor.isRunning &&
      !this.#isWanted;
  }

  /**
   * Stores a text, and sends it as soon as that is possible.
   *
   * @throws {StorageError} If it could not be stored: it will not be sent.
   */
  // deno-lint-ignore require-await -- so that it rejects where it throws.
  async send(text: string): Promise<Outgoing> {
    const { outbox } = this.#context.store;
    const message = outbox.queue(this.#clientID, text, Date.now());
    this.#flush();
    return message;
  }

  /**
   * Takes a link into use, once it is verified who the peer is.
   *
   * @param arrivals What arrives on it. Default: all that the link carries.
   */
  attach(
    link: PeerLink,
    by: Omit<LinkPath, "generation">,
    arrivals: AsyncIterable<Arrivals> = link.arrivals(),
  ): Attachment {
    const path = { ...by, generation: ++this.#generation };
    const party = this.#partyBy(path);
    if (this.#closing.signal.aborted) {
      link.close();
      return { party, ended: Promise.resolve() };
    }
    const { outbox } = this.#context.store;
    const window = new SendWindow(link, path, outbox, this.#clientID);
    const isNew = !this.isOpen;
    const wasBroken = this.isBroken;
    this.#links.add(window);
    this.#last = path;
    this.#reconnector.restored();
    if (isNew) this.#context.onEvent({ type: "connected", party });
    else if (wasBroken) this.#context.onEvent({ type: "linkBack", party });
    this.#flush();
    window.ended = readLink(window, this.#linkHandlers, arrivals);
    return { party, ended: window.ended };
  }

  /** Sends what waits; without a link, tries to get one at once. */
  wake(): void {
    this.#reconnector.resetDelays();
    this.#reconnector.stopDelay();
    this.#flush();
  }

  /** Closes the links that are under another key than the client's own. */
  closeLinksWithOtherKeys(key: string | undefined): void {
    for (const { link } of this.#links.all) if (link.key !== key) link.close();
  }

  /** Moves to links under this peer's own new key. */
  async changeOver(): Promise<void> {
    if (this.#links.isEmpty) return this.wake();
    await this.#caller.changeOver(this.#last);
    this.#checkLinked(CONNECTION_BROKE);
    this.#flush();
  }

  /** Sends QUIT and closes; what waits goes on waiting. */
  async hangUp(): Promise<void> {
    const windows = this.#links.all;
    this.#end("you hung up");
    await withTimeout(
      Promise.allSettled(windows.map((window) => window.quit())),
      this.#context.timings.quitTimeoutMs,
    );
    for (const { link } of windows) link.close();
  }

  /** Hangs up, and dials and deposits no more. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#reconnector.stopDelay();
    await this.hangUp();
    await this.#reconnector.idle();
    await this.#depositor.idle();
  }

  /** Whether there is a reason to have a link. */
  get #isWanted(): boolean {
    return !this.#closing.signal.aborted && (this.isBroken ||
      this.#context.store.outbox.count(this.#clientID) > 0);
  }

  #partyBy({ address, direction }: LinkPath): Party {
    const clientID = this.#clientID;
    const protection = this.#context.knownKeys.protection(clientID);
    return { name: clientID, clientID, address, direction, protection };
  }

  /** Sends what waits: over a link, or by mailbox while one is being tried. */
  #flush(): void {
    const { best } = this.#links;
    if (best !== undefined) best.pump();
    else if (this.#caller.isChangingOver) return;
    else if (this.#reconnector.isRunning) {
      if (this.#depositor.isAvailable) this.#depositor.run();
    } else if (this.#isWanted) {
      // A message may have been queued between its last check and its end.
      this.#reconnector.start().then(() => this.#flush());
    }
  }

  #delivered(ids: readonly string[]): void {
    for (const id of ids) this.stages.removePossiblyDelivered(id);
    receiveReceipts(this.#context, this.#clientID, ids);
    this.#flush();
  }

  /** Notes that a link has carried something, or has been stable. */
  #linkUseful({ key, ownKey }: PeerLink): void {
    this.#context.ownKeys.taken(key, ownKey);
    this.#reconnector.resetDelays();
    this.#notice.linked();
  }

  #ended(window: SendWindow, hungUp: boolean, reason: string): void {
    this.#links.remove(window);
    for (const id of window.inFlight) this.stages.addPossiblyDelivered(id);
    if (hungUp) this.#end("the peer hung up");
    else this.#checkLinked(reason);
    this.#flush();
  }

  /** Notes that the last link is lost, if it is, and no other is on its way. */
  #checkLinked(reason: string): void {
    const last = this.#last;
    const isLinked = !this.#links.isEmpty || this.#caller.isChangingOver;
    if (last === undefined || isLinked || this.isBroken) return;
    if (!this.#context.mayReconnect()) return this.#end(reason);
    this.#reconnector.lost();
    const party = this.#partyBy(last);
    this.#context.onEvent({ type: "linkLost", party, reason });
  }

  #end(reason: string): void {
    const last = this.#last;
    this.#last = undefined;
    this.#reconnector.ended();
    if (last === undefined) return;
    const party = this.#partyBy(last);
    this.#context.onEvent({ type: "disconnected", party, reason });
  }
}
