import type { Address, Origin } from "../../net/mod.ts";
import { type Channel, FramingError, type Message } from "../../framing/mod.ts";
import {
  CODE,
  encodeError,
  encodeMail,
  type ErrorReply,
  isSeq,
  MAX_SEQ_LENGTH,
  seqOf,
  withSeq,
} from "../../protocol/mod.ts";
import { SecureError } from "../../secure/mod.ts";
import { errorReply, RateLimitError, RegistryError } from "../errors.ts";
import {
  answerSecure,
  endRegistration,
  type MethodContext,
  type SessionState,
} from "../methods/mod.ts";
import type { Notification, SessionRef } from "../store/mod.ts";
import { IgnoredLimits } from "./ignored_limits.ts";
import type { SessionService } from "./service.ts";

/** What a {@linkcode SecureSession} needs of its registry. */
export interface SecureService extends SessionService, MethodContext {
  /** The time in ms, on a clock that only goes forward. */
  readonly clock: () => number;
  /**
   * Counts a request.
   *
   * @throws {RateLimitError} If the key asks too often.
   */
  countRequest(key: string): void;
}

/**
 * A client in the secure mode, for as long as it is online: answers its
 * requests one after the other (PROTOCOL.md, "Methods").
 */
export class SecureSession implements SessionState {
  readonly ref: SessionRef;
  readonly origin: Origin;
  /** The address that the client connected from. */
  readonly remote: Address;
  clientID: string | undefined;
  listing: SessionState["listing"];
  mailNotified = false;
  /** When {@linkcode expire} is due, in s on the service's clock. */
  deadlineS: number;
  readonly #channel: Channel;
  readonly #service: SecureService;
  /** Whether a final ERROR is being sent, or has been. */
  #ending = false;
  /** Resolves when the request under way has been answered. */
  #answering: Promise<void> | undefined;
  readonly #ignoredLimits = new IgnoredLimits();

  /**
   * A session on a channel, which it closes.
   *
   * @param key The key that the client has proved, in base64.
   * @param origin The networks that the client counts as.
   */
  constructor(
    channel: Channel,
    key: string,
    origin: Origin,
    service: SecureService,
  ) {
    this.#channel = channel;
    this.#service = service;
    this.origin = origin;
    this.ref = { id: crypto.randomUUID(), key };
    this.remote = channel.remote;
    this.deadlineS = service.nowS + service.timings.silenceTimeoutS;
  }

  /** The host that the client is seen at. */
  get host(): string {
    return this.remote.host;
  }

  /** A session in the secure mode never ends for its silence before its time. */
  get silentSinceMs(): undefined {
    return undefined;
  }

  /** Never, for the same reason. */
  get isLongSilent(): boolean {
    return false;
  }

  /** It has proved a key. */
  get hasSpoken(): boolean {
    return true;
  }

  /** Serves the session until either side ends it, and closes the channel. */
  async serve(): Promise<void> {
    const service = this.#service;
    using channel = this.#channel;
    try {
      await service.push.subscribe(this.ref, (it) => this.#receive(it));
      await this.#answerAll();
      await channel.closeWrite();
    } catch (error) {
      if (error instanceof FramingError) await this.#endWithError(error);
      else if (!(error instanceof SecureError)) {
        service.logFailure(this.remote, error);
      }
    } finally {
      await this.#leave();
    }
  }

  /** Ends the session after the reply that is under way. */
  end(): void {
    this.#dismiss({
      code: CODE.unavailable,
      reason: "the registry is shutting down",
    });
  }

  /** Closes at once. */
  abort(): void {
    this.#channel.close();
  }

  /** Ends a session whose deadline has passed. */
  expire(): void {
    this.abort();
  }

  /** Unsubscribes, and ends the registration after the grace period. */
  async #leave(): Promise<void> {
    const service = this.#service;
    try {
      await service.push.unsubscribe(this.ref);
      await endRegistration(service, this, service.timings.leaseGraceS);
    } catch (error) {
      service.logFailure(this.remote, error);
    }
  }

  #receive(notification: Notification): void {
    switch (notification.type) {
      case "mail":
        return this.#notifyMail();
      case "dismissed":
        this.clientID = undefined;
        this.#dismiss(notification.error);
    }
  }

  /** Tells the client that letters wait, once until it collects. */
  #notifyMail(): void {
    if (this.mailNotified || this.#ending) return;
    this.mailNotified = true;
    this.#channel.send(encodeMail()).catch((error) =>
      this.#service.logFailure(this.remote, error)
    );
  }

  async #answerAll(): Promise<void> {
    for (;;) {
      const request = await this.#channel.receive();
      if (request === undefined) return;
      // The client may not have read the final ERROR yet.
      if (this.#ending) continue;
      this.#expireIn(this.#service.timings.silenceTimeoutS);
      await (this.#answering = this.#answer(request));
    }
  }

  async #answer(request: Message): Promise<void> {
    const { reply, isLast } = await this.#replyTo(request);
    // If the session is ending already, its final ERROR follows this reply.
    if (!isLast || this.#ending) return await this.#channel.send(reply);
    this.#startEnding();
    await this.#sendLast(reply);
  }

  /** Ends the session with an error that answers no request. */
  async #dismiss(error: ErrorReply): Promise<void> {
    if (this.#ending) return;
    this.#startEnding();
    try {
      await this.#answering;
      await this.#sendLast(encodeError(error));
    } catch (error) {
      this.#service.logFailure(this.remote, error);
      this.abort();
    }
  }

  /** Starts the time in which the client is to read the final ERROR and close. */
  #startEnding(): void {
    this.#ending = true;
    this.#expireIn(this.#service.timings.finalErrorTimeoutS);
  }

  async #sendLast(message: Message): Promise<void> {
    await this.#channel.send(message);
    await this.#channel.closeWrite();
  }

  /** Ends the session with a client that broke the framing. */
  async #endWithError(error: FramingError): Promise<void> {
    this.#service.logRefusal(this.remote, error);
    await this.#dismiss(errorReply(error));
    const { wire } = this.#channel.release();
    try {
      while (await wire.read() !== undefined);
    } catch {
      // The client has closed, or did not within its time.
    }
  }

  #expireIn(timeoutS: number): void {
    this.deadlineS = this.#service.nowS + timeoutS;
  }

  /** The reply to a request, and whether the session ends with it. */
  async #replyTo(
    request: Message,
  ): Promise<{ reply: Message; isLast: boolean }> {
    const seq = seqOf(request) ?? "";
    if (!isSeq(seq)) return { reply: this.#seqError(), isLast: true };
    try {
      this.#service.countRequest(this.ref.key);
      const reply = await answerSecure(this.#service, this, request);
      return { reply: withSeq(reply, seq), isLast: false };
    } catch (error) {
      const refusal = this.#service.errorForClient(error);
      if (refusal === undefined) throw error;
      if (refusal.code !== CODE.notFound) {
        this.#service.logRefusal(this.remote, refusal);
      }
      const isLast = refusal instanceof RateLimitError &&
        this.#ignoredLimits.count(refusal, this.#service.clock());
      return { reply: withSeq(encodeError(errorReply(refusal)), seq), isLast };
    }
  }

  /** The reply to a request that names no `Seq` to be repeated. */
  #seqError(): Message {
    const refusal = new RegistryError(
      CODE.badRequest,
      `Seq is missing, or longer than ${MAX_SEQ_LENGTH} characters`,
    );
    this.#service.logRefusal(this.remote, refusal);
    return encodeError(errorReply(refusal));
  }
}
