import {
  COLLECT,
  type CollectReply,
  type CollectRequest,
} from "../../protocol/mod.ts";
import { type ConnectOptions, connectToRegistry } from "./connect.ts";
import type { RequestLink } from "./request_link.ts";

/**
 * The mailbox of a key under which this peer does not register any more
 * (PROTOCOL.md, "Key rotation"): a connection of its own, that only collects.
 */
export class MailboxClient implements AsyncDisposable {
  readonly #options: ConnectOptions;
  readonly #closing = new AbortController();
  #link: RequestLink | undefined;

  /** Connects to nothing before it is asked for letters. */
  constructor(options: Omit<ConnectOptions, "onMail">) {
    this.#options = { ...options, onMail: () => {} };
  }

  /**
   * A page of the letters that wait, oldest first; none if there are no more.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  async collect(request: CollectRequest): Promise<CollectReply> {
    this.#link ??= await this.#connect();
    return await this.#link.ask(COLLECT, request);
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#link?.close();
  }

  async #connect(): Promise<RequestLink> {
    const { signal } = this.#closing;
    const link = await connectToRegistry(
      this.#options,
      signal,
      (wire) => wire.close(),
    );
    link.ended.then(() => {
      if (this.#link === link) this.#link = undefined;
    });
    return link;
  }
}
