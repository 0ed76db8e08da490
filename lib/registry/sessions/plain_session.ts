import type { Origin, Wire } from "../../net/mod.ts";
import {
  encodeMessage,
  FramingError,
  type Message,
  MessageReader,
} from "../../framing/mod.ts";
import { CODE, encodeError, METHOD } from "../../protocol/mod.ts";
import type { Opening } from "../../secure/mod.ts";
import { RateLimitError, RegistryError } from "../errors.ts";
import type { PlainClient } from "../methods/mod.ts";
import type { Awaitable } from "../store/mod.ts";
import { ReplyBuffer } from "./reply_buffer.ts";
import type { SessionService } from "./service.ts";

/** The methods in which programs may have lines without a colon. */
const READER_OPTIONS = {
  skipStrayLines: (method: string) => method !== METHOD.hello,
};

/** What a {@linkcode PlainSession} needs of its registry. */
export interface PlainService extends SessionService {
  /**
   * The text of the reply to a request from a client.
   *
   * @throws What {@linkcode SessionService.errorForClient} knows.
   */
  answer(request: Message, client: PlainClient): Awaitable<string>;
  /**
   * Reads the HELLO of a client that goes on in the secure mode.
   *
   * @returns The first message of the handshake.
   * @throws {RateLimitError} If the client makes too many handshakes.
   * @throws {RegistryError} If it is malformed, or of another version.
   */
  readHello(hello: Message, origin: Origin): Uint8Array;
}

/**
 * One client's connection in plain, until it sends HELLO: reads requests,
 * writes replies, and sends a final ERROR to a client that violates the
 * protocol.
 * Its deadline is a field that the registry checks once a second: a timer for
 * each request would cost more than the request.
 */
export class PlainSession implements PlainClient {
  readonly origin: Origin;
  readonly #wire: Wire;
  readonly #service: PlainService;
  readonly #reader = new MessageReader(READER_OPTIONS);
  readonly #replies = new ReplyBuffer();
  /** When {@linkcode expire} is due, in s on the service's clock. */
  deadlineS: number;
  #phase: "idle" | "request" | "reply" | "closing" = "idle";
  /** When the connection was made, in ms: no request reads the clock. */
  readonly #acceptedMs = performance.now();
  readonly #idleTimeoutS: number;
  #ending = false;
  /** Whether a request has been read: then HELLO may not come any more. */
  hasSpoken = false;

  /**
   * A session on a wire; {@linkcode serve} closes the wire.
   *
   * @param origin The networks that the client counts as.
   */
  constructor(wire: Wire, origin: Origin, service: PlainService) {
    this.#wire = wire;
    this.origin = origin;
    this.#service = service;
    const { idleTimeoutS, loopbackIdleTimeoutS } = service.timings;
    this.#idleTimeoutS = origin.length === 0
      ? loopbackIdleTimeoutS
      : idleTimeoutS;
    this.deadlineS = service.nowS + this.#idleTimeoutS;
  }

  /** The host of the client. */
  get host(): string {
    return this.#wire.remote.host;
  }

  /** Since when the client has been silent, if its connection may give way. */
  get silentSinceMs(): number | undefined {
    if (this.#phase !== "idle") return undefined;
    if (this.isLongSilent) return this.#idleSinceS * 1000;
    return this.hasSpoken ? undefined : this.#acceptedMs;
  }

  /** Whether that is long, so that it gives way before newer connections. */
  get isLongSilent(): boolean {
    const { nowS, timings } = this.#service;
    return this.#phase === "idle" &&
      nowS - this.#idleSinceS >= timings.giveWayAfterS;
  }

  /**
   * Serves the connection until either side ends it, and closes it; or until
   * the client goes on in the secure mode.
   *
   * @returns What the client has sent to open that, if it has.
   */
  async serve(): Promise<Opening | undefined> {
    try {
      for (;;) {
        const bytes = await this.#wire.read();
        if (bytes === undefined) break;
        if (this.#phase === "closing") continue;
        this.#reader.push(bytes);
        const handshake = await this.#answerAll();
        if (handshake === undefined) continue;
        return { handshake, rest: this.#reader.rest() };
      }
    } catch (error) {
      this.#service.logFailure(this.#wire.remote, error);
    }
    this.#wire.close();
    return undefined;
  }

  /** Sends a final ERROR, and closes. */
  async sendError(error: RegistryError | FramingError): Promise<void> {
    this.#service.logRefusal(this.#wire.remote, error);
    await this.#sendLast(errorBytes(error));
  }

  /** Closes, but only after a reply that is under way. */
  end(): void {
    this.#ending = true;
    if (this.#phase !== "reply") this.#wire.close();
  }

  /** Closes at once, without finishing a reply. */
  abort(): void {
    this.#phase = "closing";
    this.#wire.close();
  }

  /** Ends a connection whose deadline has passed. */
  expire(): void {
    const { requestTimeoutS } = this.#service.timings;
    if (this.#phase === "request") {
      this.sendError(
        new RegistryError(
          CODE.requestTimeout,
          `no complete request within ${requestTimeoutS} s`,
        ),
      );
    } else this.abort();
  }

  /** Answers what has arrived; returns the handshake of a HELLO. */
  async #answerAll(): Promise<Uint8Array | undefined> {
    try {
      for (;;) {
        const request = this.#reader.next();
        if (request === undefined) break;
        if (!this.hasSpoken && request.method === METHOD.hello) {
          return this.#service.readHello(request, this.origin);
        }
        this.hasSpoken = true;
        const reply = this.#answer(request);
        await this.#reply(reply instanceof Promise ? await reply : reply);
        if (this.#ending) {
          await this.#sendLast();
          return undefined;
        }
      }
    } catch (error) {
      if (error instanceof FramingError || error instanceof RegistryError) {
        await this.sendError(error);
        return undefined;
      }
      throw error;
    }
    this.#awaitMore();
    return undefined;
  }

  /**
   * Sends a final ERROR, if there is one to send, and waits for the client to
   * close.
   */
  async #sendLast(last?: Uint8Array): Promise<void> {
    this.#phase = "closing";
    this.#expireIn(this.#service.timings.finalErrorTimeoutS);
    try {
      if (last !== undefined) await this.#wire.write(last);
      // Bytes of the client that are never read would make the close a reset,
      // which discards the reply: so reading goes on.
      await this.#wire.closeWrite();
    } catch (error) {
      this.#service.logFailure(this.#wire.remote, error);
      this.#wire.close();
    }
  }

  /** The bytes of the reply to a request, good until the next one. */
  #answer(request: Message): Awaitable<Uint8Array> {
    try {
      const text = this.#service.answer(request, this);
      return text instanceof Promise
        ? this.#answerLater(text)
        : this.#replies.encode(text);
    } catch (error) {
      return this.#failureReply(error);
    }
  }

  async #answerLater(text: Promise<string>): Promise<Uint8Array> {
    this.#beginReply();
    try {
      return this.#replies.encode(await text);
    } catch (error) {
      return this.#failureReply(error);
    }
  }

  /** The bytes of the reply to a request that failed. */
  #failureReply(error: unknown): Uint8Array {
    const known = this.#service.errorForClient(error);
    if (known === undefined || known instanceof RateLimitError) throw error;
    return errorBytes(known);
  }

  #reply(bytes: Uint8Array): Promise<void> {
    this.#beginReply();
    return this.#wire.write(bytes);
  }

  #beginReply(): void {
    this.#phase = "reply";
    this.#expireIn(this.#service.timings.requestTimeoutS);
  }

  /** Sets the deadline for what comes next: a request's rest, or a request. */
  #awaitMore(): void {
    // Only a reply ends a request: empty lines gain the client no time.
    if (this.#phase === "request") return;
    if (this.#reader.isMidMessage) {
      this.#phase = "request";
      this.#expireIn(this.#service.timings.requestTimeoutS);
    } else if (this.#phase === "reply") {
      this.#phase = "idle";
      this.#expireIn(this.#idleTimeoutS);
    }
  }

  /** Since when an idle connection has been so, in s on the service's clock. */
  get #idleSinceS(): number {
    return this.deadlineS - this.#idleTimeoutS;
  }

  #expireIn(timeoutS: number): void {
    this.deadlineS = this.#service.nowS + timeoutS;
  }
}

function errorBytes({ code, message }: RegistryError | FramingError) {
  return encodeMessage(encodeError({ code, reason: message }));
}
