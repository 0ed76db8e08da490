import { TIMED_OUT, withTimeout } from "../../async/mod.ts";
import { FramingError } from "../../framing/mod.ts";
import { LinkBrokenError, PeerError } from "../errors.ts";
import type { Party, PeerEvent } from "../events.ts";
import type { PeerTimings } from "../timings.ts";
import type { PlainLink } from "./link.ts";

/** A conversation with a peer over a plain link. */
export class PlainConversation {
  /** Resolves when the conversation has ended, with the reason: a phrase. */
  readonly ended: Promise<string>;
  readonly #link: PlainLink;
  readonly #timings: PeerTimings;
  readonly #onEvent: (event: PeerEvent) => void;
  readonly #announced = Promise.withResolvers<void>();
  #party: Party | undefined;
  /** Why this side ended it, if it did. */
  #endReason: string | undefined;

  /** Begins to read; no event is given before {@linkcode announce}. */
  constructor(
    link: PlainLink,
    timings: PeerTimings,
    onEvent: (event: PeerEvent) => void,
  ) {
    this.#link = link;
    this.#timings = timings;
    this.#onEvent = onEvent;
    this.ended = this.#read();
  }

  /** The peer; undefined until it is announced. */
  get party(): Party | undefined {
    return this.#party;
  }

  /** Gives the event that the conversation is open. */
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

  /** Gives the event that the peer has another name now. */
  rename(name: string): void {
    if (this.#party === undefined) return;
    const was = this.#party.name;
    this.#party = { ...this.#party, name };
    this.#onEvent({ type: "named", party: this.#party, was });
  }

  /**
   * Sends a text, once.
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
    this.#endReason = "the peer does not read what is sent";
    this.#link.close();
    throw this.#notSent(this.#endReason);
  }

  /** Sends QUIT and closes. */
  async hangUp(): Promise<void> {
    this.#endReason = "you hung up";
    try {
      // A write that the peer does not read may outlast the connection.
      await withTimeout(
        this.#quit(),
        this.#timings.plainQuitTimeoutMs,
      );
    } catch {
      // The peer has closed the connection already.
    }
    this.#link.close();
    await this.ended;
  }

  /** Sends QUIT, and waits for that of the peer. */
  async #quit(): Promise<void> {
    await this.#link.quit();
    await this.ended;
  }

  #notSent(why: string): PeerError {
    return new PeerError(
      `the message to ${this.#party?.name} was not sent: ${why}`,
    );
  }

  async #read(): Promise<string> {
    let reason = "the other side hung up";
    try {
      for await (const text of this.#link.texts()) {
        await this.#announced.promise;
        this.#show(text);
      }
    } catch (error) {
      reason = reasonOf(error);
    }
    this.#link.close();
    return this.#endReason ?? reason;
  }

  #show(text: string): void {
    if (this.#party === undefined) return;
    this.#onEvent({ type: "message", from: this.#party, text });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof LinkBrokenError) return "the connection closed";
  if (error instanceof FramingError) {
    return `the peer sent a malformed message: ${error.message}`;
  }
  return "the connection broke";
}
