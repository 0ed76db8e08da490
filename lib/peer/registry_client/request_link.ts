import { Semaphore, TIMED_OUT, withTimeout } from "../../async/mod.ts";
import { Channel, FramingError, type Message } from "../../framing/mod.ts";
import {
  CODE,
  COLLECT,
  decodeError,
  DEPOSIT,
  type ErrorReply,
  type Exchange,
  isMail,
  PING,
  REGISTRY_PING_S,
  REGISTRY_PONG_S,
  seqOf,
  UNREGISTER,
  withSeq,
} from "../../protocol/mod.ts";
import type { SecureWire } from "../../secure/mod.ts";
import { decodeFrom, PeerError, protocolViolation } from "../errors.ts";
import { DIAL_TIMEOUT_MS } from "../reach/mod.ts";
import { RefusedError } from "./errors.ts";
import { RetryAfter } from "./retry_after.ts";

/** Most requests that wait for their replies at once. */
const MAX_PENDING_REQUESTS = 16;

/**
 * The methods that are asked once for each letter: one that is refused for a
 * short time is asked again by itself.
 */
const RETRIED_METHODS: ReadonlySet<string> = new Set([
  DEPOSIT.method,
  COLLECT.method,
]);

/** The longest time after which a request is sent again by itself, in ms. */
const MAX_RETRY_AFTER_MS = 2000;

/** For how long a request is refused by an ERROR that does not say so, in s. */
const DEFAULT_RETRY_AFTER_S = 10;

/** How long the registry has to answer UNREGISTER, in ms. */
const UNREGISTER_TIMEOUT_MS = 1000;

/** The codes with which a registry ends a link for good. */
const FINAL_CODES: ReadonlySet<number> = new Set([
  CODE.forbidden,
  CODE.conflict,
]);

/** Who sends what is read here, in words. */
const SENDER = "the registry";

/** How a link ended. */
export interface LinkEnd {
  /** Why, as a phrase for a person. */
  readonly reason: string;
  /** Whether the registry has dismissed the client, which must not return. */
  readonly final: boolean;
}

/**
 * One secure connection to a registry: requests go out with a `Seq`, and each
 * reply is matched by its own (PROTOCOL.md, "Methods").
 */
export class RequestLink {
  /** Resolves when the link is over. */
  readonly ended: Promise<LinkEnd>;
  readonly #channel: Channel;
  /** What takes the reply to each request; undefined if the link ends before. */
  readonly #pending = new Map<string, (reply: Message | undefined) => void>();
  readonly #pinging: ReturnType<typeof setInterval>;
  readonly #onMail: () => void;
  readonly #semaphore = new Semaphore(MAX_PENDING_REQUESTS);
  readonly #retryAfter = new RetryAfter();
  #seq = 0;
  /** Why this side ends the link, if it does. */
  #endReason: string | undefined;

  /**
   * Begins to read and to send PING.
   *
   * @param wire The connection; the link closes it.
   * @param onMail Is called when a letter waits for this peer.
   */
  constructor(wire: SecureWire, onMail: () => void) {
    this.#onMail = onMail;
    this.#channel = new Channel(wire);
    this.#pinging = setInterval(() => this.#ping(), REGISTRY_PING_S * 1000);
    this.ended = this.#read();
  }

  /**
   * Sends a request and gives its reply. A method that the registry has refused
   * for a time is not asked before that is over, since the registry would close
   * the connection: DEPOSIT and COLLECT wait if the time is short, and any other
   * is refused here.
   *
   * @throws {RefusedError} If the registry refuses.
   * @throws {PeerError} If it does not answer, or violates the protocol.
   */
  async ask<Request, Reply>(
    exchange: Exchange<Request, Reply>,
    request: Request,
  ): Promise<Reply> {
    const { method, replyMethod } = exchange;
    return await this.#semaphore.run(async () => {
      for (;;) {
        await this.#untilAllowed(method);
        const message = exchange.encodeRequest(request);
        const reply = await this.#send(message, DIAL_TIMEOUT_MS);
        if (reply.method === replyMethod) {
          return decodeFrom(SENDER, () => exchange.decodeReply(reply));
        }
        const error = decodeError(reply);
        if (error === undefined) {
          throw protocolViolation(SENDER, `it answers ${method} with no reply`);
        }
        if (error.code !== CODE.tooManyRequests) throw new RefusedError(error);
        this.#postpone(method, error);
      }
    });
  }

  /** Sends UNREGISTER and closes. */
  async close(): Promise<void> {
    this.#endReason = "you left";
    try {
      await this.#send(UNREGISTER.encodeRequest(), UNREGISTER_TIMEOUT_MS);
      await this.#channel.closeWrite();
    } catch {
      // The registry has gone already.
    }
    this.#channel.close();
    await this.ended;
  }

  /**
   * Waits until the registry may be asked a method.
   *
   * @throws {RefusedError} If that is too long.
   */
  async #untilAllowed(method: string): Promise<void> {
    const postponed = this.#retryAfter.postponed(method, performance.now());
    if (postponed === undefined) return;
    const { waitMs, refusal } = postponed;
    if (waitMs > MAX_RETRY_AFTER_MS || !RETRIED_METHODS.has(method)) {
      throw refusal;
    }
    await withTimeout(this.ended, waitMs);
  }

  #postpone(method: string, error: ErrorReply): void {
    const { waitS = DEFAULT_RETRY_AFTER_S } = error;
    const now = performance.now();
    const refusal = new RefusedError(error);
    this.#retryAfter.postpone(method, refusal, waitS * 1000, now);
  }

  /** Sends a message as a request, and gives what has its `Seq`. */
  async #send(message: Message, timeoutMs: number): Promise<Message> {
    const reply = await withTimeout(this.#replyTo(message), timeoutMs);
    if (reply === TIMED_OUT) {
      this.#end("the registry does not answer");
      throw new PeerError("the registry does not answer");
    }
    if (reply !== undefined) return reply;
    const { reason } = await this.ended;
    throw new PeerError(`the connection to the registry ended: ${reason}`);
  }

  /** The reply to a message; undefined if the link ends before it comes. */
  async #replyTo(message: Message): Promise<Message | undefined> {
    const seq = String(++this.#seq);
    const { promise, resolve } = Promise.withResolvers<Message | undefined>();
    this.#pending.set(seq, resolve);
    try {
      await this.#channel.send(withSeq(message, seq));
      return await promise;
    } catch {
      this.#end("the connection broke");
      return undefined;
    } finally {
      this.#pending.delete(seq);
    }
  }

  async #ping(): Promise<void> {
    try {
      await this.#send(PING.encodeRequest(), REGISTRY_PONG_S * 1000);
    } catch {
      // The link has ended then, and `ended` says so.
    }
  }

  #end(reason: string): void {
    this.#endReason ??= reason;
    this.#channel.close();
  }

  async #read(): Promise<LinkEnd> {
    let end: LinkEnd = { reason: "the connection closed", final: false };
    try {
      for (;;) {
        const message = await this.#channel.receive();
        if (message === undefined) break;
        const seq = seqOf(message);
        if (seq !== undefined) this.#pending.get(seq)?.(message);
        else if (isMail(message)) this.#onMail();
        else end = farewell(message) ?? end;
      }
    } catch (error) {
      if (error instanceof FramingError) {
        const reason =
          `the registry sent a malformed message: ${error.message}`;
        end = { reason, final: false };
      }
    }
    clearInterval(this.#pinging);
    this.#channel.close();
    for (const resolve of this.#pending.values()) resolve(undefined);
    return this.#endReason === undefined
      ? end
      : { reason: this.#endReason, final: false };
  }
}

/** An ERROR without a `Seq` says why the registry closes the connection. */
function farewell(message: Message): LinkEnd | undefined {
  const error = decodeError(message);
  return error && { reason: error.reason, final: FINAL_CODES.has(error.code) };
}
