import type { Address, Wire } from "../../net/mod.ts";
import {
  FramingError,
  type Message,
  MessageReader,
} from "../../framing/mod.ts";
import { RegistryError, TooManyError } from "../errors.ts";
import { plainError } from "../methods/mod.ts";

/** How long a request may take to arrive whole, or a reply to be read, in s. */
export const REQUEST_SECONDS = 10;

/** How long a connection may stay silent between two requests, in s. */
export const IDLE_SECONDS = 60;

/** How long a refused client has to read why, in s. */
const FAREWELL_SECONDS = 2;

/** How many bytes most replies fit into, however they are spelled. */
const REPLY_BUFFER = 512;

const encoder = new TextEncoder();

/** What a connection needs of the registry that it belongs to. */
export interface Host {
  /** The time in whole seconds, on the directory's clock. */
  readonly now: number;
  /**
   * The reply to a request from a client at an address.
   *
   * @throws {TooManyError} If it asks too often.
   * @throws {RegistryError} If there is none but an error.
   */
  answer(request: Message, host: string): string;
  /**
   * Whether a client at an address may go on in the secure mode.
   *
   * @throws {TooManyError} If it does so too often.
   * @throws {RegistryError} If what it asks for is not spoken.
   */
  checkHello(hello: Message, host: string): void;
  /** Notes that a connection was ended because of what its client did. */
  refused(client: Address, error: RegistryError | FramingError): void;
  /** Notes that a connection ended with an error, whoever's it is. */
  broke(client: Address, error: unknown): void;
}

/**
 * One client's connection in plain, until it says HELLO: reads requests, writes
 * replies, and says why before it closes on a client that breaks the rules. Its
 * deadline is a plain field
 * that the registry looks at once a second: a timer for each request would
 * cost more than the request.
 */
export class PlainSession {
  readonly #wire: Wire;
  readonly #host: Host;
  readonly #reader = new MessageReader({ skipStrayLines: true });
  /** Holds one reply after another: memory for each would cost more. */
  readonly #replyBuffer = new Uint8Array(REPLY_BUFFER);
  /** When {@linkcode expire} is due, in seconds on the host's clock. */
  deadline: number;
  #phase: "idle" | "request" | "reply" | "farewell" = "idle";
  #ending = false;
  /** Whether no request has been read: only then may HELLO come. */
  #fresh = true;

  /** A session on a wire, which it closes. */
  constructor(wire: Wire, host: Host) {
    this.#wire = wire;
    this.#host = host;
    this.deadline = host.now + IDLE_SECONDS;
  }

  /**
   * Serves the connection until either side ends it, and closes it; or until
   * the client goes on in the secure mode.
   *
   * @returns What has been read behind the HELLO, if there was one.
   */
  async serve(): Promise<Uint8Array | undefined> {
    try {
      for (;;) {
        const bytes = await this.#wire.read();
        if (bytes === undefined) break;
        if (this.#phase === "farewell") continue;
        this.#reader.push(bytes);
        if (await this.#answerAll()) return this.#reader.rest();
      }
    } catch (error) {
      this.#host.broke(this.#wire.remote, error);
    }
    this.#wire.close();
    return undefined;
  }

  /** Tells the client why it is refused, then closes. */
  async refuse(error: RegistryError | FramingError): Promise<void> {
    this.#host.refused(this.#wire.remote, error);
    await this.#leave(plainError(error.code, error.message));
  }

  /** Closes, but lets the client have a reply that is under way. */
  end(): void {
    this.#ending = true;
    if (this.#phase !== "reply") this.#wire.close();
  }

  /** Closes at once, whatever is under way. */
  abort(): void {
    this.#wire.close();
  }

  /** Ends a connection whose deadline has passed. */
  expire(): void {
    if (this.#phase === "request") {
      this.refuse(
        new RegistryError(
          408,
          `no whole request within ${REQUEST_SECONDS} seconds`,
        ),
      );
    } else this.#wire.close();
  }

  /** Answers what has arrived; returns whether that was a HELLO. */
  async #answerAll(): Promise<boolean> {
    try {
      for (;;) {
        const request = this.#reader.next();
        if (request === undefined) break;
        if (this.#fresh && request.method === "HELLO") {
          this.#host.checkHello(request, this.#wire.remote.host);
          return true;
        }
        this.#fresh = false;
        await this.#reply(this.#answer(request));
        if (this.#ending) {
          await this.#leave();
          return false;
        }
      }
    } catch (error) {
      if (error instanceof FramingError || error instanceof RegistryError) {
        await this.refuse(error);
        return false;
      }
      throw error;
    }
    this.#await();
    return false;
  }

  /** Says the last, and closes when the client has read it and closes too. */
  async #leave(last?: string): Promise<void> {
    this.#phase = "farewell";
    this.deadline = this.#host.now + FAREWELL_SECONDS;
    try {
      if (last !== undefined) await this.#wire.write(encoder.encode(last));
      // What the client has sent and nobody reads would make the close a
      // reset, and that would take the reply with it: so the reading goes on.
      await this.#wire.closeWrite();
    } catch (error) {
      this.#host.broke(this.#wire.remote, error);
      this.#wire.close();
    }
  }

  #answer(request: Message): string {
    try {
      return this.#host.answer(request, this.#wire.remote.host);
    } catch (error) {
      if (error instanceof TooManyError) throw error;
      if (!(error instanceof RegistryError)) throw error;
      return plainError(error.code, error.message);
    }
  }

  #reply(text: string): Promise<void> {
    this.#phase = "reply";
    this.deadline = this.#host.now + REQUEST_SECONDS;
    return this.#wire.write(this.#encode(text));
  }

  /** The bytes of a reply, good until the next one. */
  #encode(text: string): Uint8Array {
    // No character takes more than three bytes.
    if (text.length * 3 > REPLY_BUFFER) return encoder.encode(text);
    const { written } = encoder.encodeInto(text, this.#replyBuffer);
    return this.#replyBuffer.subarray(0, written);
  }

  /** Sets the deadline for what comes next: a request's rest, or a request. */
  #await(): void {
    // Only a reply ends a request: empty lines win their sender no time.
    if (this.#phase === "request") return;
    if (this.#reader.midway) {
      this.#phase = "request";
      this.deadline = this.#host.now + REQUEST_SECONDS;
    } else if (this.#phase === "reply") {
      this.#phase = "idle";
      this.deadline = this.#host.now + IDLE_SECONDS;
    }
  }
}
