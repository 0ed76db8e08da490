import type { Address } from "../../lib/net/mod.ts";
import type { Header, Message } from "../../lib/framing/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { SecureSocket } from "./secure_socket.ts";
import { listenOnUnused } from "./unused_address.ts";

/** What a fake registry does with a request. */
export type RequestHandler = (
  request: Message,
  socket: SecureSocket,
) => Promise<void> | void;

/** The headers of a REGACK. */
export const REGISTERED: readonly Header[] = [
  ["clientID", "alice"],
  ["Address", "192.0.2.7:5556"],
];

/** A client as a fake registry names it, truly or not. */
export interface NamedClient {
  readonly clientID: string;
  readonly address: string;
  readonly key?: string;
}

/** The options of {@linkcode FakeRegistry}. */
export interface FakeRegistryOptions {
  /** Its identity. Default: a new one. */
  readonly identity?: Identity;
  /** Where it listens. Default: an unused address on loopback. */
  readonly address?: Address;
}

/**
 * A registry that a test scripts: it registers every client, and answers other
 * requests as the test says, honestly or not.
 */
export class FakeRegistry implements AsyncDisposable {
  readonly identity: Identity;
  readonly address: Address;
  /** The handlers of further methods, and of those that it has itself. */
  readonly handlers: Record<string, RequestHandler>;
  /** The links that clients have made, the first one first. */
  readonly links: SecureSocket[] = [];
  readonly #listener: Deno.TcpListener;
  readonly #serving: Promise<void>[] = [];
  readonly #accepting: Promise<void>;

  constructor(
    handlers: Record<string, RequestHandler> = {},
    { identity = Identity.generate(), address }: FakeRegistryOptions = {},
  ) {
    this.handlers = handlers;
    this.identity = identity;
    this.#listener = address === undefined
      ? listenOnUnused()
      : Deno.listen({ hostname: address.host, port: address.port });
    this.address = { host: "127.0.0.1", port: this.#listener.addr.port };
    this.#accepting = this.#accept();
  }

  /** One that names a client to every client that bridges or looks it up. */
  static naming(named: NamedClient, options?: FakeRegistryOptions) {
    const { clientID, address, key } = named;
    const keyed: Header[] = key === undefined ? [] : [["Key", key]];
    return new FakeRegistry({
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
        // A client that does not accept this registry's key has hung up.
      }
    }
  }

  async #serve(link: SecureSocket): Promise<void> {
    try {
      for (;;) {
        const request = await link.receive();
        await (this.handlers[request.method] ?? handleByDefault)(request, link);
      }
    } catch {
      // The link is over.
    }
  }
}

async function handleByDefault(
  request: Message,
  socket: SecureSocket,
): Promise<void> {
  switch (request.method) {
    case "REGISTER":
      return await socket.reply(request, "REGACK", REGISTERED);
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
