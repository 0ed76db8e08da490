import { DIAL_TIMEOUT_MS } from "../reach/mod.ts";
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
import { Semaphore } from "../../async/mod.ts";
import { TIMED_OUT, withTimeout } from "../../async/mod.ts";

/** Most requests that are under way at once. */
const UNDER_WAY = 16;

/** The longest wait that a registry asks for and that is waited, in ms. */
const SHORT_WAIT = 2000;

/** What comes in numbers, and is rather waited for than given up. */
const IN_NUMBERS: ReadonlySet<string> = new Set([
  DEPOSIT.method,
  COLLECT.method,
]);

/** How long one that does not say for how long is waited for, in s. */
const UNSAID_WAIT = 10;

/** How long an end has to be polite, in ms. */
const GOODBYE = 1000;

/** The codes with which a registry ends a link for good. */
const FINAL_CODES: ReadonlySet<number> = new Set([
  CODE.forbidden,
  CODE.conflict,
]);

/** Who sends what is read here, in words. */
const SENDER = "the registry";

/** A registry's refusal, for which there is a code (PROTOCOL.md, "Refusals"). */
export class RefusedError extends PeerError {
  /** The name of the class. */
  override name = "RefusedError";

  /** The `Code` of the registry's ERROR. */
  readonly code: number;

  /** Says what the registry said. */
  constructor({ code, reason }: ErrorReply) {
    super(`the registry refuses: ${reason}`);
    this.code = code;
  }
}

/** How a link ended. */
export interface LinkEnd {
  /** Why, as a phrase for a person. */
  readonly reason: string;
  /** Whether the registry wants it to stay so. */
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
  /** Who waits for a reply: they get none when the link ends. */
  readonly #waiting = new Map<string, (reply: Message | undefined) => void>();
  readonly #pinging: ReturnType<typeof setInterval>;
  readonly #onMail: () => void;
  readonly #semaphore = new Semaphore(UNDER_WAY);
  /** What was asked too often, until when, and what the registry said of it. */
  readonly #tooOften = new Map<string, { until: number; said: RefusedError }>();
  #seq = 0;
  /** Why the link is being ended from this side. */
  #ending: string | undefined;

  /**
   * Begins to listen and to ask whether the registry is there.
   *
   * @param onMail Is called when a letter waits for this peer.
   */
  constructor(wire: SecureWire, onMail: () => void) {
    this.#onMail = onMail;
    this.#channel = new Channel(wire);
    this.#pinging = setInterval(() => this.#ping(), REGISTRY_PING_S * 1000);
    this.ended = this.#listen();
  }

  /**
   * Asks the registry something. While it wants this side to wait before it asks
   * such a thing again, it is not asked, since it would hang up: for a letter a
   * short wait is waited, and else the answer is what it said then.
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
        await this.#wait(method);
        const message = exchange.encodeRequest(request);
        const reply = await this.#request(message, DIAL_TIMEOUT_MS);
        if (reply.method === replyMethod) {
          return decodeFrom(SENDER, () => exchange.decodeReply(reply));
        }
        const error = decodeError(reply);
        if (error === undefined) {
          throw protocolViolation(SENDER, `${method} has another reply`);
        }
        const refused = this.#refusal(method, error);
        if (refused.code !== CODE.tooManyRequests) throw refused;
      }
    });
  }

  /**
   * Waits until the registry may be asked such a thing again.
   *
   * @throws {RefusedError} If that is too long.
   */
  async #wait(method: string): Promise<void> {
    const { until = 0, said } = this.#tooOften.get(method) ?? {};
    const wait = until - performance.now();
    if (said === undefined || wait <= 0) return;
    if (wait > SHORT_WAIT || !IN_NUMBERS.has(method)) throw said;
    await withTimeout(this.ended, wait);
  }

  /** Says goodbye to the registry, for good, and closes. */
  async close(): Promise<void> {
    this.#ending = "you left";
    try {
      await this.#request(UNREGISTER.encodeRequest(), GOODBYE);
      await this.#channel.closeWrite();
    } catch {
      // It has gone already: there is nobody to say it to.
    }
    this.#channel.close();
    await this.ended;
  }

  #refusal(method: string, error: ErrorReply): RefusedError {
    const said = new RefusedError(error);
    if (said.code === CODE.tooManyRequests) {
      // One that does not say how long is not asked again for a good while.
      const wait = error.waitS ?? UNSAID_WAIT;
      const until = performance.now() + wait * 1000;
      this.#tooOften.set(method, { until, said });
    }
    return said;
  }

  async #request(request: Message, patience: number): Promise<Message> {
    const seq = String(++this.#seq);
    const reply = await withTimeout(this.#exchange(seq, request), patience);
    if (reply === TIMED_OUT) {
      this.#giveUp("it does not answer");
      throw new PeerError("the registry does not answer");
    }
    if (reply !== undefined) return reply;
    const { reason } = await this.ended;
    throw new PeerError(`the connection to the registry ended: ${reason}`);
  }

  /** The reply to a request; undefined if the link ends before it comes. */
  async #exchange(seq: string, request: Message): Promise<Message | undefined> {
    const { promise, resolve } = Promise.withResolvers<Message | undefined>();
    this.#waiting.set(seq, resolve);
    try {
      await this.#channel.send(withSeq(request, seq));
      return await promise;
    } catch {
      this.#giveUp("the connection broke");
      return undefined;
    } finally {
      this.#waiting.delete(seq);
    }
  }

  async #ping(): Promise<void> {
    try {
      await this.#request(PING.encodeRequest(), REGISTRY_PONG_S * 1000);
    } catch {
      // The link has ended then, and `ended` says so.
    }
  }

  #giveUp(reason: string): void {
    this.#ending ??= reason;
    this.#channel.close();
  }

  async #listen(): Promise<LinkEnd> {
    let end: LinkEnd = { reason: "the connection closed", final: false };
    try {
      for (;;) {
        const message = await this.#channel.receive();
        if (message === undefined) break;
        const seq = seqOf(message);
        if (seq !== undefined) this.#waiting.get(seq)?.(message);
        else if (isMail(message)) this.#onMail();
        else end = farewell(message) ?? end;
      }
    } catch (error) {
      if (error instanceof FramingError) {
        end = { reason: "it sent what is not a message", final: false };
      }
    }
    clearInterval(this.#pinging);
    this.#channel.close();
    for (const giveUp of this.#waiting.values()) giveUp(undefined);
    return this.#ending === undefined
      ? end
      : { reason: this.#ending, final: false };
  }
}

/** An ERROR that no request has asked for says why the registry hangs up. */
function farewell(message: Message): LinkEnd | undefined {
  const error = decodeError(message);
  return error &&
    { reason: error.reason, final: FINAL_CODES.has(error.code) };
}
