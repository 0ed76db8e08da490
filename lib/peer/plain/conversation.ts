import { Semaphore, TIMED_OUT, withTimeout } from "../../async/mod.ts";
import { CODE, type ErrorReply } from "../../protocol/mod.ts";
import type { Conversation } from "../conversation_types.ts";
import {
  CONNECTION_BROKE,
  LinkBrokenError,
  PeerError,
  readFailureReason,
} from "../errors.ts";
import type { Party, PeerEvent } from "../events.ts";
import type { PeerTimings } from "../timings.ts";
import type { PlainLink } from "./link.ts";

/** What a {@linkcode PlainConversation} works with. */
export interface PlainConversationContext {
  /** Receives what happens in it. */
  readonly onEvent: (event: PeerEvent) => void;
  /** How long it waits for what. */
  readonly timings: PeerTimings;
  /** Whether there is room for a text of a peer in its quota. */
  readonly takes: (text: string, party: Party) => boolean;
  /** The name for a peer that gives one which may be taken. */
  readonly uniqueName: (name: string) => string;
}

/** The answer to a peer that has sent too much. */
export const OVER_QUOTA: ErrorReply = {
  code: CODE.tooManyRequests,
  reason: "too much has come from this address today",
};

/** A conversation in plaintext, over one link from its start to its end. */
export class PlainConversation implements Conversation {
  /** Resolves when the conversation has ended. */
  readonly ended: Promise<void>;
  readonly #link: PlainLink;
  readonly #context: PlainConversationContext;
  readonly #turns = new Semaphore(1);
  readonly #announced = Promise.withResolvers<void>();
  #party: Party | undefined;
  #hasEnded = false;
  /** Why this side ended it, if it did: a phrase. */
  #endReason: string | undefined;

  /** Begins to read; it is not open before {@linkcode announce}. */
  constructor(link: PlainLink, context: PlainConversationContext) {
    this.#link = link;
    this.#context = context;
    this.ended = this.#run();
  }

  /** The peer; undefined while the conversation is not open. */
  get party(): Party | undefined {
    return this.#party;
  }

  /**
   * Opens the conversation, unless it has ended meanwhile.
   *
   * @param party The peer, whose name is changed if it is taken.
   * @returns The peer as it is named.
   */
  announce(party: Party): Party {
    const named = { ...party, name: this.#context.uniqueName(party.name) };
    if (this.#hasEnded) return named;
    this.#party = named;
    this.#context.onEvent({ type: "connected", party: named });
    this.#announced.resolve();
    return named;
  }

  /** Ends a conversation that will not be announced. */
  abandon(): void {
    this.#announced.resolve();
    this.#link.close();
  }

  /** Whether it was refused. */
  get isRefused(): boolean {
    return this.#link.isRefused;
  }

  /**
   * Sends ERROR and shows nothing more that the peer sends; the conversation ends
   * when the peer has closed the connection, or soon.
   *
   * @param reason Why, as a phrase for this user.
   */
  refuse(error: ErrorReply, reason: string): void {
    this.#endReason = reason;
    this.#link.refuse(error);
  }

  /** Gives the peer another name, or one like it if that is taken. */
  rename(name: string): void {
    if (this.#party === undefined) return;
    const was = this.#party.name;
    const party = { ...this.#party, name: this.#context.uniqueName(name) };
    this.#party = party;
    this.#context.onEvent({ type: "named", party, was });
  }

  /**
   * Sends a text, after those before.
   *
   * @throws {PeerError} If the conversation ends before it is sent, or the peer
   * would not read it as a text.
   */
  send(text: string): Promise<undefined> {
    // The time that a text waits for others does not count as a stall.
    return this.#turns.run(() => this.#send(text));
  }

  async #send(text: string): Promise<undefined> {
    const name = this.#party?.name ?? "the peer";
    const { plainStallTimeoutMs } = this.#context.timings;
    try {
      const sent = await withTimeout(
        this.#link.send(text),
        plainStallTimeoutMs,
      );
      if (sent !== TIMED_OUT) return;
    } catch (error) {
      const isRefused = error instanceof PeerError;
      throw notSent(name, isRefused ? error.message : CONNECTION_BROKE);
    }
    this.#endReason = "the peer does not read what is sent";
    this.#link.close();
    throw notSent(name, this.#endReason);
  }

  /** Sends QUIT and closes. */
  async hangUp(): Promise<void> {
    this.#endReason = "you hung up";
    // Without this, one that is not open yet would wait for that.
    this.#announced.resolve();
    try {
      // A write that the peer does not read may outlast the connection.
      await withTimeout(
        this.#quit(),
        this.#context.timings.quitTimeoutMs,
      );
    } catch {
      // The peer has closed the connection already.
    }
    this.#link.close();
    await this.ended;
  }

  /** Sends QUIT, and waits for that of the peer. */
  async #quit(): Promise<void> {
    await this.#turns.run(() => this.#link.quit());
    await this.ended;
  }

  async #run(): Promise<void> {
    const reason = await this.#read();
    this.#link.close();
    this.#hasEnded = true;
    const party = this.#party;
    this.#party = undefined;
    if (party === undefined) return;
    this.#context.onEvent({
      type: "disconnected",
      party,
      reason: this.#endReason ?? reason,
    });
  }

  /** Reads until the link ends; why it did, as a phrase. */
  async #read(): Promise<string> {
    try {
      for await (const text of this.#link.texts()) {
        await this.#announced.promise;
        const from = this.#party;
        if (from === undefined) continue;
        if (!this.#context.takes(text, from)) {
          this.refuse(
            OVER_QUOTA,
            "more has come from its address today than is shown",
          );
          continue;
        }
        this.#context.onEvent({ type: "message", from, text });
      }
      return "the peer hung up";
    } catch (error) {
      return error instanceof LinkBrokenError
        ? "the connection closed"
        : readFailureReason(error);
    }
  }
}

function notSent(name: string, why: string): PeerError {
  return new PeerError(`the message to ${name} was not sent: ${why}`);
}
