import type { Address } from "../../lib/net/mod.ts";
import type { Header, Message } from "../../lib/framing/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { SecureSocket } from "./secure_socket.ts";

/** What a played registry does with a request. */
export type Answer = (
  request: Message,
  socket: SecureSocket,
) => Promise<void> | void;

/** A client as a played registry names it, truly or not. */
export interface Named {
  readonly clientID: string;
  readonly address: string;
  readonly key?: string;
}

/**
 * A registry that a test plays: it registers everybody, and says for the rest
 * what it is told to, true or not.
 */
export class PlayedRegistry implements AsyncDisposable {
  readonly identity: Identity;
  readonly address: Address;
  /** Answers to further methods, or in the place of its own. */
  readonly answers: Record<string, Answer>;
  /** The links that clients have made, the first one first. */
  readonly links: SecureSocket[] = [];
  readonly #listener: Deno.TcpListener;
  readonly #serving: Promise<void>[] = [];
  readonly #accepting: Promise<void>;

  constructor(
    answers: Record<string, Answer> = {},
    { identity = Identity.generate(), port = 0 } = {},
  ) {
    this.answers = answers;
    this.identity = identity;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.address = { host: "127.0.0.1", port: this.#listener.addr.port };
    this.#accepting = this.#accept();
  }

  /** One that names somebody to whoever bridges or looks up. */
  static naming(named: Named, options?: { identity?: Identity }) {
    const { clientID, address, key } = named;
    const keyed: Header[] = key === undefined ? [] : [["Key", key]];
    return new PlayedRegistry({
      BRIDGE: (request, socket) =>
        socket.reply(request, "BRIDGEACK", [
          ["clientID", clientID],
          ["Candidates", address],
          ...keyed,
        ]),
      LOOKUP: (request, socket) =>
        socket.reply(request, "LOOKUPACK", [
          ["clientID", clientID],
          ["Online", "yes"],
          ...keyed,
        ]),
    }, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    for (const link of this.links) link[Symbol.dispose]();
    await Promise.all(this.#serving);
  }

  async #accept(): Promise<void> {
    for (;;) {
      try {
        const link = await SecureSocket.accept(this.#listener, this.identity);
        this.links.push(link);
        this.#serving.push(this.#serve(link));
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        // A client that does not like this registry's key has hung up.
      }
    }
  }

  async #serve(link: SecureSocket): Promise<void> {
    try {
      for (;;) {
        const request = await link.receive();
        await (this.answers[request.method] ?? answerItself)(request, link);
      }
    } catch {
      // The link is over.
    }
  }
}

async function answerItself(
  request: Message,
  socket: SecureSocket,
): Promise<void> {
  switch (request.method) {
    case "REGISTER":
      return await socket.reply(request, "REGACK");
    case "UNREGISTER":
      return await socket.reply(request, "UNREGACK");
    case "PING":
      return await socket.reply(request, "PONG");
    default:
      return await socket.reply(request, "ERROR", [
        ["Code", "404"],
        ["Reason", "nobody is known here"],
      ]);
  }
}
