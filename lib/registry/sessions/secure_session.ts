import type { Address } from "../../net/mod.ts";
import { type Channel, FramingError, Message } from "../../framing/mod.ts";
import { SecureError } from "../../secure/mod.ts";
import { RegistryError, TooManyError } from "../errors.ts";
import {
  answerSecure,
  type SecureHost,
  type SessionState,
  unlink,
} from "../methods/mod.ts";

/**
 * How long a link may be silent, or its client not read a reply, in s: twice
 * the time between two PINGs, and some.
 */
export const SILENT_SECONDS = 40;

/** How long a client has to read the last word and close, in s. */
const FAREWELL_SECONDS = 2;

/**
 * How often a client may ask on while it has been told to wait: that much may
 * have been on its way.
 */
const ON_ITS_WAY = 100;

/** The longest `Seq`, in characters. */
const MAX_SEQ = 64;

/** What a link needs of the registry that it belongs to. */
export interface LinkHost extends SecureHost {
  /** Until when a lease lasts whose link is over, in s on the same clock. */
  readonly graceEnds: number;
  /**
   * Counts a request.
   *
   * @throws {TooManyError} If a key or its host asks too often.
   */
  countRequest(key: string, host: string): void;
  /** Notes that a link was ended because of what its client did. */
  refused(client: Address, error: RegistryError | FramingError): void;
  /** Notes that a link ended with an error, whoever's it is. */
  broke(client: Address, error: unknown): void;
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
  /** When {@linkcode expire} is due, in seconds on the host's clock. */
  deadline: number;
  readonly #channel: Channel;
  readonly #host: LinkHost;
  #ending = false;
  /** Whether the client knows that letters wait. */
  #toldOfMail = false;
  /** Until when the client was told to wait, in ms on `performance.now()`. */
  #waitUntil = 0;
  #askedOn = 0;

  /**
   * A session on a channel, which it closes.
   *
   * @param channel The secure channel, which the link closes.
   * @param key The key that the client has proved, in base64.
   */
  constructor(channel: Channel, key: string, host: LinkHost) {
    this.#channel = channel;
    this.#host = host;
    this.key = key;
    this.remote = channel.remote;
    this.deadline = host.now + SILENT_SECONDS;
  }

  /** The host that the client is seen at. */
  get host(): string {
    return this.remote.host;
  }

  /** Serves the link until either side ends it, and closes it. */
  async serve(): Promise<void> {
    const host = this.#host;
    using channel = this.#channel;
    try {
      await this.#answerAll();
      await channel.closeWrite();
    } catch (error) {
      if (error instanceof FramingError) await this.#refuse(error);
      else if (!(error instanceof SecureError)) host.broke(this.remote, error);
    } finally {
      unlink(host, this, host.graceEnds);
    }
  }

  /** Tells the client that it no longer holds its ID, and ends. */
  dismiss(reason: RegistryError): void {
    this.clientID = undefined;
    this.#farewell(reason);
  }

  /** Tells the client that a letter waits, once until it collects. */
  tellOfMail(): void {
    if (this.#toldOfMail || this.#ending) return;
    this.#toldOfMail = true;
    this.#channel.send(new Message("MAIL")).catch((error) =>
      this.#host.broke(this.remote, error)
    );
  }

  /** Ends the link after the reply that is under way. */
  end(): void {
    this.#farewell(new RegistryError(503, "the registry is closing"));
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
      this.deadline = this.#host.now + SILENT_SECONDS;
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
      this.#host.broke(this.remote, error);
      this.abort();
    }
  }

  /** Says the last; the client has some time to read it and close. */
  async #leave(last: Message): Promise<void> {
    this.deadline = this.#host.now + FAREWELL_SECONDS;
    await this.#channel.send(last);
    await this.#channel.closeWrite();
  }

  /** Tells a client that does not send messages, and reads on until it closes. */
  async #refuse(error: FramingError): Promise<void> {
    this.#host.refused(this.remote, error);
    await this.#farewell(error);
    const { wire } = this.#channel.release();
    try {
      while (await wire.read() !== undefined);
    } catch {
      // It has closed, or did not in the time that it had.
    }
  }

  #answer(request: Message): Message {
    const seq = request.get("Seq") ?? "";
    try {
      checkSeq(seq);
      this.#host.countRequest(this.key, this.host);
      if (request.method === "COLLECT") this.#toldOfMail = false;
      const { method, headers, body } = answerSecure(this.#host, this, request);
      return new Message(method, [["Seq", seq], ...headers], body);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.code !== 404) this.#host.refused(this.remote, error);
      if (error instanceof SeqError) {
        this.#ending = true;
        return errorMessage(error);
      }
      if (error instanceof TooManyError) this.#makeWait(error);
      return errorMessage(error, seq);
    }
  }

  /** Who asks too often is told to wait; who does not wait is cut off. */
  #makeWait({ wait }: TooManyError): void {
    const now = performance.now();
    if (now >= this.#waitUntil) this.#askedOn = 0;
    else if (++this.#askedOn > ON_ITS_WAY) this.#ending = true;
    this.#waitUntil = now + wait;
  }
}

/** A request that cannot be replied to, since it does not say what to repeat. */
class SeqError extends RegistryError {}

function checkSeq(seq: string): void {
  if (seq.length > 0 && seq.length <= MAX_SEQ) return;
  throw new SeqError(400, `Seq is missing, or over ${MAX_SEQ} characters`);
}

/** An ERROR inside the secure channel (PROTOCOL.md, "Refusals"). */
function errorMessage(
  error: RegistryError | FramingError,
  seq?: string,
): Message {
  return new Message("ERROR", [
    ...(seq === undefined ? [] : [["Seq", seq] as const]),
    ["Code", String(error.code)],
    ["Reason", error.message],
    ...(error instanceof TooManyError
      ? [["Wait", String(Math.ceil(error.wait / 1000))] as const]
      : []),
  ]);
}
