import type { Address } from "../../net/mod.ts";
import { type Channel, FramingError, type Message } from "../../framing/mod.ts";
import {
  CODE,
  encodeError,
  encodeMail,
  isSeq,
  MAX_SEQ_LENGTH,
  REGISTRY_SILENCE_S,
  seqOf,
  withSeq,
} from "../../protocol/mod.ts";
import { SecureError } from "../../secure/mod.ts";
import { refusalOf, RegistryError, TooManyError } from "../errors.ts";
import {
  answerSecure,
  endRegistration,
  type MethodContext,
  type SessionState,
} from "../methods/mod.ts";

/** How long a client has to read the last word and close, in s. */
const FAREWELL_SECONDS = 2;

/**
 * Most requests that a client may make while it has been told to wait: that
 * many may have been on their way.
 */
const MAX_REQUESTS_WHILE_LIMITED = 100;

/** What a {@linkcode SecureSession} needs of its registry. */
export interface SecureService extends MethodContext {
  /** When a lease ends whose session ends now, in s on the same clock. */
  readonly graceEnds: number;
  /**
   * Counts a request.
   *
   * @throws {TooManyError} If a key or its host asks too often.
   */
  countRequest(key: string, host: string): void;
  /** Logs that a client was refused. */
  logRefusal(client: Address, error: RegistryError | FramingError): void;
  /** Logs that a session failed; not if it only was disconnected. */
  logFailure(client: Address, error: unknown): void;
}

/**
 * A client in the secure mode, for as long as it is online: answers its
 * requests one after the other (PROTOCOL.md, "Methods").
 */
export class SecureSession implements SessionState {
  readonly key: string;
  /** The address that the client connected from. */
  readonly remote: Address;
  clientID: string | undefined;
  listing: SessionState["listing"];
  mailNotified = false;
  /** When {@linkcode expire} is due, in seconds on the service's clock. */
  deadline: number;
  readonly #channel: Channel;
  readonly #service: SecureService;
  #ending = false;
  /** Until when the client was told to wait, in ms on `performance.now()`. */
  #waitUntil = 0;
  #requestsWhileLimited = 0;

  /**
   * A session on a channel, which it closes.
   *
   * @param channel The secure channel, which the link closes.
   * @param key The key that the client has proved, in base64.
   */
  constructor(channel: Channel, key: string, service: SecureService) {
    this.#channel = channel;
    this.#service = service;
    this.key = key;
    this.remote = channel.remote;
    this.deadline = service.now + REGISTRY_SILENCE_S;
  }

  /** The host that the client is seen at. */
  get host(): string {
    return this.remote.host;
  }

  /** Serves the link until either side ends it, and closes it. */
  async serve(): Promise<void> {
    const service = this.#service;
    using channel = this.#channel;
    try {
      await this.#answerAll();
      await channel.closeWrite();
    } catch (error) {
      if (error instanceof FramingError) await this.#refuse(error);
      else if (!(error instanceof SecureError)) {
        service.logFailure(this.remote, error);
      }
    } finally {
      endRegistration(service, this, service.graceEnds);
    }
  }

  /** Tells the client that it no longer holds its ID, and ends. */
  dismiss(reason: RegistryError): void {
    this.clientID = undefined;
    this.#farewell(reason);
  }

  /** Tells the client that a letter waits, once until it collects. */
  tellOfMail(): void {
    if (this.mailNotified || this.#ending) return;
    this.mailNotified = true;
    this.#channel.send(encodeMail()).catch((error) =>
      this.#service.logFailure(this.remote, error)
    );
  }

  /** Ends the link after the reply that is under way. */
  end(): void {
    this.#farewell(
      new RegistryError(CODE.unavailable, "the registry is closing"),
    );
  }

  /** Closes at once. */
  abort(): void {
    this.#channel.close();
  }

  /** Ends a link whose deadline has passed. */
  expire(): void {
    this.abort();
  }

  async #answerAll(): Promise<void> {
    for (;;) {
      const request = await this.#channel.receive();
      if (request === undefined) return;
      // A client that has been told the last word may not have read it yet.
      if (this.#ending) continue;
      this.deadline = this.#service.now + REGISTRY_SILENCE_S;
      const reply = this.#answer(request);
      await (this.#ending ? this.#leave(reply) : this.#channel.send(reply));
    }
  }

  /** Says why the link ends, for which no request has asked, and ends it. */
  async #farewell(error: RegistryError | FramingError): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    try {
      await this.#leave(errorMessage(error));
    } catch (error) {
      this.#service.logFailure(this.remote, error);
      this.abort();
    }
  }

  /** Says the last; the client has some time to read it and close. */
  async #leave(last: Message): Promise<void> {
    this.deadline = this.#service.now + FAREWELL_SECONDS;
    await this.#channel.send(last);
    await this.#channel.closeWrite();
  }

  /** Tells a client that does not send messages, and reads on until it closes. */
  async #refuse(error: FramingError): Promise<void> {
    this.#service.logRefusal(this.remote, error);
    await this.#farewell(error);
    const { wire } = this.#channel.release();
    try {
      while (await wire.read() !== undefined);
    } catch {
      // It has closed, or did not in the time that it had.
    }
  }

  #answer(request: Message): Message {
    const seq = seqOf(request) ?? "";
    if (!isSeq(seq)) return this.#refuseSeq();
    try {
      this.#service.countRequest(this.key, this.host);
      return withSeq(answerSecure(this.#service, this, request), seq);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      if (refusal.code !== CODE.notFound) {
        this.#service.logRefusal(this.remote, refusal);
      }
      if (refusal instanceof TooManyError) this.#limit(refusal);
      return withSeq(errorMessage(refusal), seq);
    }
  }

  /** Ends the session with a request that names no `Seq` to be repeated. */
  #refuseSeq(): Message {
    const refusal = new RegistryError(
      CODE.badRequest,
      `Seq is missing, or over ${MAX_SEQ_LENGTH} characters`,
    );
    this.#service.logRefusal(this.remote, refusal);
    this.#ending = true;
    return errorMessage(refusal);
  }

  /** Ends the session with a client that does not wait as it was told to. */
  #limit({ waitMs }: TooManyError): void {
    const now = performance.now();
    if (now >= this.#waitUntil) this.#requestsWhileLimited = 0;
    else if (++this.#requestsWhileLimited > MAX_REQUESTS_WHILE_LIMITED) {
      this.#ending = true;
    }
    this.#waitUntil = now + waitMs;
  }
}

function errorMessage(error: RegistryError | FramingError): Message {
  const { code, message: reason } = error;
  return encodeError(
    error instanceof TooManyError
      ? { code, reason, waitS: error.waitS }
      : { code, reason },
  );
}
