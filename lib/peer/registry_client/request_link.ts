import { Semaphore, TIMED_OUT, withTimeout } from "../../async/mod.ts";
import { Channel, FramingError, type Message } from "../../framing/mod.ts";
import {
  CODE,
  COLLECT,
  decodeError,
  DEPOSIT,
  type ErrorReply,
  type Exchange,
  isDismissal,
  isMail,
  PING,
  seqOf,
  UNREGISTER,
  withSeq,
} from "../../protocol/mod.ts";
import type { SecureWire } from "../../secure/mod.ts";
import { decodeFrom, PeerError, protocolViolation } from "../errors.ts";
import type { PeerTimings } from "../timings.ts";
import { RefusedError } from "./errors.ts";
import { RetryAfter } from "./retry_after.ts";

/** Most requests that wait for their replies at once. */
const MAX_PENDING_REQUESTS = 16;

/**
 * The methods that are asked once for each letter: one that is refused for a
 * short time is asked again automatically.
 */
const RETRIED_METHODS: ReadonlySet<string> = new Set([
  DEPOSIT.method,
  COLLECT.method,
]);

/** The sender, as error messages name it. */
const SENDER = "the registry";

/** How a link ended. */
export interface LinkEnd {
  /** Why, as a phrase for the user. */
  readonly reason: string;
  /** Whether the registry has dismissed the client, which must not return. */
  readonly final: boolean;
}

/** What a {@linkcode RequestLink} reports, and how long it waits. */
export interface RequestLinkOptions {
  /** Is called when a letter waits for this peer. */
  readonly onMail: () => void;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
  /** The key of this peer that the connection was made with, in base64. */
  readonly ownKey: string;
}

/**
 * One secure connection to a registry: requests go out with a `Seq`, and each
 * reply is matched by its own (PROTOCOL.md, "Methods").
 */
export class RequestLink {
  /** Resolves when the link is over. */
  readonly ended: Promise<LinkEnd>;
  /** The key of the registry, in base64. */
  readonly key: string;
  /** The key of this peer that the link was made with, in base64. */
  readonly ownKey: string;
  readonly #channel: Channel;
  /** What takes the reply to each request; undefined if the link ends before. */
  readonly #pending = new Map<string, (reply: Message | undefined) => void>();
  readonly #pinging: ReturnType<typeof setInterval>;
  readonly #options: RequestLinkOptions;
  readonly #semaphore = new Semaphore(MAX_PENDING_REQUESTS);
  readonly #retryAfter = new RetryAfter();
  #seq = 0;
  /** Why this side ends the link, if it does. */
  #endReason: string | undefined;

  /**
   * Begins to read and to send PING.
   *
   * @param wire The connection; the link closes it.
   */
  constructor(wire: SecureWire, options: RequestLinkOptions) {
    this.key = wire.remoteKey.toBase64();
    this.ownKey = options.ownKey;
    this.#options = options;
    this.#channel = new Channel(wire);
    this.#pinging = setInterval(
      () => this.#ping(),
      options.timings.registryPingIntervalMs,
    );
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
    const { requestTimeoutMs } = this.#options.timings;
    return await this.#semaphore.run(async () => {
      for (;;) {
        await this.#untilAllowed(method);
        const message = exchange.encodeRequest(request);
        const reply = await this.#send(message, requestTimeoutMs);
        if (reply.method === replyMethod) {
          return decodeFrom(SENDER, () => exchange.decodeReply(reply));
        }
        const error = decodeError(reply);
        if (error === undefined) {
          throw protocolViolation(SENDER, `unexpected reply to ${method}`);
        }
        if (error.code !== CODE.tooManyRequests) {
          throw new RefusedError(method, error);
        }
        this.#postpone(method, error);
      }
    });
  }

  /** Sends UNREGISTER and closes. */
  async close(): Promise<void> {
    const { unregisterTimeoutMs } = this.#options.timings;
    this.#endReason = "this client has closed it";
    try {
      await this.#send(UNREGISTER.encodeRequest(), unregisterTimeoutMs);
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
    const { maxRetryAfterMs } = this.#options.timings;
    if (waitMs > maxRetryAfterMs || !RETRIED_METHODS.has(method)) {
      throw refusal;
    }
    await withTimeout(this.ended, waitMs);
  }

  #postpone(method: string, error: ErrorReply): void {
    const waitMs = error.waitS === undefined
      ? this.#options.timings.defaultRetryAfterMs
      : error.waitS * 1000;
    const refusal = new RefusedError(method, error);
    this.#retryAfter.postpone(method, refusal, waitMs, performance.now());
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
      const { registryPongTimeoutMs } = this.#options.timings;
      await this.#send(PING.encodeRequest(), registryPongTimeoutMs);
    } catch {
      // The link has ended then, which `ended` reports.
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
        else if (isMail(message)) this.#options.onMail();
        else end = readFinalError(message) ?? end;
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

/** Reads a final ERROR, in which the registry says why it closes the connection. */
function readFinalError(message: Message): LinkEnd | undefined {
  const error = decodeError(message);
  return error && { reason: error.reason, final: isDismissal(error.code) };
}
