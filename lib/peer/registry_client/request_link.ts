import { DIAL_TIMEOUT_MS } from "../reach/mod.ts";
import {
  Channel,
  FramingError,
  type Header,
  Message,
} from "../../framing/mod.ts";
import type { SecureWire } from "../../secure/mod.ts";
import { PeerError } from "../errors.ts";
import { protocolViolation } from "./replies.ts";
import { Semaphore } from "../../async/mod.ts";
import { TIMED_OUT, withTimeout } from "../../async/mod.ts";

/** How often the registry is asked whether it is still there, in ms. */
const PING_EVERY = 15_000;

/** How long it has to say that it is, in ms. */
const PONG_WITHIN = 10_000;

/** Most requests that are under way at once. */
const UNDER_WAY = 16;

/** The longest wait that a registry asks for and that is waited, in ms. */
const SHORT_WAIT = 2000;

/** What comes in numbers, and is rather waited for than given up. */
const IN_NUMBERS: ReadonlySet<string> = new Set(["DEPOSIT", "COLLECT"]);

/** How long one that does not say for how long is waited for, in s. */
const UNSAID_WAIT = 10;

/** How long an end has to be polite, in ms. */
const GOODBYE = 1000;

/** The code with which a registry asks to wait. */
const TOO_OFTEN = 429;

/** The codes with which a registry says that it will not change its mind. */
const LASTING: ReadonlySet<string> = new Set(["403", "409"]);

/** A registry's refusal, for which there is a code (PROTOCOL.md, "Refusals"). */
export class RefusedError extends PeerError {
  /** The name of the class. */
  override name = "RefusedError";

  /** The `Code` of the registry's ERROR. */
  readonly code: number;

  /** Says what the registry said. */
  constructor(code: number, reason: string) {
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
    this.#pinging = setInterval(() => this.#ping(), PING_EVERY);
    this.ended = this.#listen();
  }

  /**
   * Asks the registry something. While it wants this side to wait before it asks
   * such a thing again, it is not asked, since it would hang up: for a letter a
   * short wait is waited, and else the answer is what it said then.
   *
   * @param expected The method of the reply.
   * @throws {RefusedError} If the registry refuses.
   * @throws {PeerError} If it does not answer, or with something else.
   */
  async ask(
    method: string,
    headers: readonly Header[],
    expected: string,
    body?: Uint8Array,
  ): Promise<Message> {
    return await this.#semaphore.run(async () => {
      for (;;) {
        await this.#wait(method);
        const reply = await this.#request(
          method,
          headers,
          body,
          DIAL_TIMEOUT_MS,
        );
        if (reply.method === expected) return reply;
        if (reply.method !== "ERROR") throw protocolViolation();
        const refused = this.#refusal(method, reply);
        if (refused.code !== TOO_OFTEN) throw refused;
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
      await this.#request("UNREGISTER", [], undefined, GOODBYE);
      await this.#channel.closeWrite();
    } catch {
      // It has gone already: there is nobody to say it to.
    }
    this.#channel.close();
    await this.ended;
  }

  #refusal(method: string, reply: Message): RefusedError {
    const said = refusal(reply);
    if (said.code === TOO_OFTEN) {
      // One that does not say how long is not asked again for a good while.
      const wait = Number(reply.get("Wait")) || UNSAID_WAIT;
      const until = performance.now() + wait * 1000;
      this.#tooOften.set(method, { until, said });
    }
    return said;
  }

  async #request(
    method: string,
    headers: readonly Header[],
    body: Uint8Array | undefined,
    patience: number,
  ): Promise<Message> {
    const seq = String(++this.#seq);
    const request = new Message(method, [["Seq", seq], ...headers], body);
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
      await this.#channel.send(request);
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
      await this.#request("PING", [], undefined, PONG_WITHIN);
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
        const seq = message.get("Seq");
        if (seq !== undefined) this.#waiting.get(seq)?.(message);
        else if (message.method === "ERROR") end = farewell(message);
        else if (message.method === "MAIL") this.#onMail();
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
function farewell(message: Message): LinkEnd {
  return {
    reason: message.get("Reason") ?? "it does not say why",
    final: LASTING.has(message.get("Code") ?? ""),
  };
}

function refusal(reply: Message): RefusedError {
  return new RefusedError(
    Number(reply.get("Code")),
    reply.get("Reason") ?? "it does not say why",
  );
}
