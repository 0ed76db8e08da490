import { FramingError } from "../../framing/mod.ts";
import { PeerError } from "../errors.ts";
import type { Party, PeerEvent } from "../events.ts";
import type { PeerTimings } from "../timings.ts";
import { type Link, LinkBrokenError } from "./text_link.ts";
import { TIMED_OUT, withTimeout } from "../../async/mod.ts";

/** One other side and the link to it: from the first message to the last. */
export class PlainConversation {
  /** Resolves when the conversation has ended, with why: a phrase. */
  readonly ended: Promise<string>;
  readonly #link: Link;
  readonly #timings: PeerTimings;
  readonly #onEvent: (event: PeerEvent) => void;
  readonly #announced = Promise.withResolvers<void>();
  #party: Party | undefined;
  /** Why this side ended it, if it did. */
  #ending: string | undefined;

  /** Begins to listen; nothing is told before {@linkcode announce}. */
  constructor(
    link: Link,
    timings: PeerTimings,
    onEvent: (event: PeerEvent) => void,
  ) {
    this.#link = link;
    this.#timings = timings;
    this.#onEvent = onEvent;
    this.ended = this.#listen();
  }

  /** Who is at the other side; undefined until it is announced. */
  get party(): Party | undefined {
    return this.#party;
  }

  /** Says that the conversation is open, and with whom. */
  announce(party: Party): void {
    this.#party = party;
    this.#onEvent({ type: "connected", party });
    this.#announced.resolve();
  }

  /** Ends a conversation that will not be announced. */
  abandon(): void {
    this.#announced.resolve();
    this.#link.close();
  }

  /** Says that the other side is now known under another name. */
  rename(name: string): void {
    if (this.#party === undefined) return;
    const was = this.#party.name;
    this.#party = { ...this.#party, name };
    this.#onEvent({ type: "named", party: this.#party, was });
  }

  /**
   * Sends a text.
   *
   * @throws {PeerError} If the conversation ends before it is sent.
   */
  async send(text: string): Promise<void> {
    try {
      const { plainStallTimeoutMs } = this.#timings;
      const sent = await withTimeout(
        this.#link.send(text),
        plainStallTimeoutMs,
      );
      if (sent !== TIMED_OUT) return;
    } catch {
      throw this.#notSent("the connection broke");
    }
    this.#ending = "the other side does not take what is sent";
    this.#link.close();
    throw this.#notSent(this.#ending);
  }

  /** Ends the conversation politely. */
  async hangUp(): Promise<void> {
    this.#ending = "you hung up";
    try {
      // A write that nobody takes may outlast even the connection's close.
      await withTimeout(
        this.#sayGoodbye(),
        this.#timings.plainQuitTimeoutMs,
      );
    } catch {
      // The other side has gone already: there is nobody to say it to.
    }
    this.#link.close();
    await this.ended;
  }

  /** Says goodbye, and waits until the other side has done so too. */
  async #sayGoodbye(): Promise<void> {
    await this.#link.goodbye();
    await this.ended;
  }

  #notSent(why: string): PeerError {
    return new PeerError(
      `the message to ${this.#party?.name} was not sent: ${why}`,
    );
  }

  async #listen(): Promise<string> {
    let reason = "the other side hung up";
    try {
      for await (const text of this.#link.texts()) {
        await this.#announced.promise;
        this.#tell(text);
      }
    } catch (error) {
      reason = whyEnded(error);
    }
    this.#link.close();
    return this.#ending ?? reason;
  }

  #tell(text: string): void {
    if (this.#party === undefined) return;
    this.#onEvent({ type: "message", from: this.#party, text });
  }
}

function whyEnded(error: unknown): string {
  if (error instanceof LinkBrokenError) return "the connection closed";
  if (error instanceof FramingError) {
    return `the other side sent what is not a message: ${error.message}`;
  }
  return "the connection broke";
}
