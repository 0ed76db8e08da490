import { withTimeout } from "../../async/mod.ts";
import { SEND_WINDOW_MESSAGES, type TextMessage } from "../../protocol/mod.ts";
import type { Arrivals, Attachment, PeerLink } from "../conversation/mod.ts";
import { LinkBrokenError, PeerError } from "../errors.ts";
import type { Address } from "../../net/mod.ts";
import type { Stranger } from "../store/mod.ts";

/** What a {@linkcode HeldLink} is made with. */
export interface HeldLinkOptions {
  /** The peer. */
  readonly stranger: Stranger;
  /** Where the peer calls from. */
  readonly address: Address;
  /** Holds messages; returns the IDs of those that are held. */
  readonly hold: (messages: readonly TextMessage[]) => ReadonlySet<string>;
}

/**
 * A link to a peer whose messages are not taken: because its user has not yet
 * decided about a stranger, or because they are ignored. It answers PING, and
 * acknowledges nothing: what the peer sends stays in the outbox of the peer.
 */
export class HeldLink {
  /** The peer. */
  readonly stranger: Stranger;
  /** Where the peer calls from. */
  readonly address: Address;
  /**
   * Resolves when the link has ended, in a conversation or without one; rejects
   * if the peer violated the protocol, or its messages could not be stored.
   */
  readonly ended: Promise<void>;
  readonly #link: PeerLink;
  readonly #hold: (messages: readonly TextMessage[]) => ReadonlySet<string>;
  readonly #arrivals: AsyncGenerator<Arrivals>;
  /** What arrives next. */
  #next: Promise<IteratorResult<Arrivals>>;
  /** Ends the wait for what arrives next. */
  #stopWaiting = () => {};
  #attachment: Attachment | undefined;
  #isEnding = false;
  /** How many messages the link has carried. */
  #carried = 0;
  /** The ID of the last message on this link that is held. */
  #lastHeld: string | undefined;
  #hasOmitted = false;

  /** Reads a link on which both sides have introduced themselves. */
  constructor(
    link: PeerLink,
    { stranger, address, hold }: HeldLinkOptions,
  ) {
    this.stranger = stranger;
    this.address = address;
    this.#link = link;
    this.#hold = hold;
    this.#arrivals = link.arrivals();
    this.#next = this.#arrivals.next();
    this.ended = this.#run();
  }

  /**
   * Whether a conversation can take the link over: the link is open, and has
   * carried no message that is not held, which would come again only on another
   * link.
   */
  get isComplete(): boolean {
    return !this.#isEnding && !this.#hasOmitted;
  }

  /**
   * Hands the link over to a conversation.
   *
   * @param attach Attaches it, with what arrives from now on.
   */
  release(
    attach: (
      link: PeerLink,
      arrivals: AsyncGenerator<Arrivals>,
    ) => Attachment,
  ): void {
    this.#attachment = attach(
      this.#link,
      resume(this.#arrivals, this.#next),
    );
    this.#stopWaiting();
  }

  /** Acknowledges the messages up to the last one that is held. */
  acknowledgeHeld(): void {
    if (this.#lastHeld !== undefined) this.#link.acknowledge(this.#lastHeld);
  }

  /** Closes, once what was acknowledged is sent. */
  async closeAcknowledged(): Promise<void> {
    await this.#link.acknowledged();
    this.#link.close();
  }

  /**
   * Sends QUIT, waits for the peer to end the link, and closes it.
   *
   * @param timeoutMs How long the peer has, in ms.
   */
  async hangUp(timeoutMs: number): Promise<void> {
    this.#isEnding = true;
    const quit = this.#link.quit().then(() => this.ended);
    await withTimeout(quit, timeoutMs).catch(() => {
      // The connection broke, or what came before its end was wrong.
    });
    this.#link.close();
  }

  async #run(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      if (!(error instanceof LinkBrokenError)) throw error;
    } finally {
      this.#isEnding = true;
      this.#link.close();
    }
  }

  async #read(): Promise<void> {
    for (;;) {
      const next = await this.#nextOrDecision();
      if (this.#attachment !== undefined) return await this.#attachment.ended;
      if (next === undefined || next.done) return;
      const { messages, quit } = next.value;
      this.#take(messages);
      this.#isEnding ||= quit;
      if (quit) return await this.#link.answerQuit();
      this.#next = this.#arrivals.next();
    }
  }

  /** What arrives next; undefined if the user decides before. */
  #nextOrDecision(): Promise<IteratorResult<Arrivals> | undefined> {
    // Promise.race would leave a reaction at the decision for each arrival.
    return new Promise((resolve, reject) => {
      this.#stopWaiting = () => resolve(undefined);
      this.#next.then(resolve, reject);
    });
  }

  #take(messages: readonly TextMessage[]): void {
    if (messages.length === 0 || this.#isEnding) return;
    this.#carried += messages.length;
    if (this.#carried > SEND_WINDOW_MESSAGES) {
      throw new PeerError("the peer sent more than may be unacknowledged");
    }
    const held = this.#hold(messages);
    for (const { id } of messages) {
      if (held.has(id)) this.#lastHeld = id;
      else this.#hasOmitted = true;
    }
  }
}

/** Goes on with a generator whose next value has been asked for. */
async function* resume<T>(
  rest: AsyncGenerator<T>,
  next: Promise<IteratorResult<T>>,
): AsyncGenerator<T> {
  try {
    for (
      let result = await next;
      !result.done;
      result = await rest.next()
    ) yield result.value;
  } finally {
    await rest.return(undefined);
  }
}
