import {
  type Address,
  type Channel,
  FramingError,
  Message,
} from "../framing/mod.ts";
import { SecureError } from "../secure/mod.ts";
import { RegistryError, TooManyError } from "./errors.ts";
import {
  answerSecure,
  type LinkState,
  type SecureHost,
  unlink,
} from "./secure.ts";

/**
 * How long a link may be silent, or its client not read a reply, in s: twice
 * the time between two PINGs, and some.
 */
export const SILENT_SECONDS = 40;

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
export class Link implements LinkState {
  readonly key: string;
  readonly remote: Address;
  clientID: string | undefined;
  listing: LinkState["listing"];
  /** When {@linkcode expire} is due, in seconds on the host's clock. */
  deadline: number;
  readonly #channel: Channel;
  readonly #host: LinkHost;
  #ending = false;
  /** Whether the client knows that letters wait. */
  #toldOfMail = false;
  /** Until when the client was told to wait, in ms on `performance.now()`. */
  #waitUntil = 0;

  /**
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
      while (!this.#ending) {
        const request = await channel.receive();
        if (request === undefined) break;
        this.deadline = host.now + SILENT_SECONDS;
        await channel.send(this.#answer(request));
      }
      await channel.closeWrite();
    } catch (error) {
      if (error instanceof FramingError) host.refused(this.remote, error);
      else if (!(error instanceof SecureError)) host.broke(this.remote, error);
    } finally {
      unlink(host, this, host.graceEnds);
    }
  }

  /** Tells the client that it now holds its ID on another link, and ends. */
  supersede(): void {
    this.clientID = undefined;
    this.#farewell(
      new RegistryError(409, "you have registered on another connection"),
    );
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

  /** Says why the link ends, for which no request has asked, and ends it. */
  async #farewell(error: RegistryError): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    try {
      await this.#channel.send(errorMessage(error));
      await this.#channel.closeWrite();
    } catch (error) {
      this.#host.broke(this.remote, error);
    }
    this.#channel.close();
  }

  #answer(request: Message): Message {
    const seq = request.headers.filter(([name]) => name === "Seq");
    try {
      this.#count();
      if (request.method === "COLLECT") this.#toldOfMail = false;
      const reply = answerSecure(this.#host, this, request);
      return new Message(reply.method, [...seq, ...reply.headers], reply.body);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.code !== 404) this.#host.refused(this.remote, error);
      return errorMessage(error, seq);
    }
  }

  /** Who asks too often is told to wait once; who does not wait is cut off. */
  #count(): void {
    const now = performance.now();
    try {
      this.#host.countRequest(this.key, this.host);
    } catch (error) {
      if (!(error instanceof TooManyError)) throw error;
      if (now < this.#waitUntil) this.#ending = true;
      this.#waitUntil = now + error.wait;
      throw error;
    }
  }
}

/** An ERROR inside the secure channel (PROTOCOL.md, "Errors"). */
function errorMessage(
  error: RegistryError,
  seq: Message["headers"] = [],
): Message {
  return new Message("ERROR", [
    ...seq,
    ["Code", String(error.code)],
    ["Reason", error.message],
    ...(error instanceof TooManyError
      ? [["Wait", String(Math.ceil(error.wait / 1000))] as const]
      : []),
  ]);
}
