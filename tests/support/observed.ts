import { Peer, type PeerEvent, type PeerOptions } from "../../lib/peer/mod.ts";
import type { Address } from "../../lib/net/mod.ts";
import { Registry } from "../../lib/registry/mod.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

/** A registry that answers in plain, too, and keeps nothing. */
export function registryOnLoopback(): Registry {
  return Registry.listen({ listen: LOOPBACK, plain: true });
}

/** A peer whose events can be waited for, in the order in which they came. */
export class ObservedPeer implements AsyncDisposable {
  readonly peer: Peer;
  readonly #events: PeerEvent[] = [];
  #arrived = Promise.withResolvers<void>();

  /** Starts a peer on loopback. */
  constructor(
    clientID: string,
    registry: Address = LOOPBACK,
    options: Partial<PeerOptions> = {},
  ) {
    this.peer = Peer.listen({
      listen: LOOPBACK,
      ...options,
      clientID,
      registry,
      onEvent: (event) => {
        this.#events.push(event);
        this.#arrived.resolve();
        this.#arrived = Promise.withResolvers();
      },
    });
  }

  /** Starts one that also talks with programs that only speak plain. */
  static plain(clientID: string, registry?: Address): ObservedPeer {
    return new ObservedPeer(clientID, registry, { plain: true });
  }

  /** The next event, whatever it is. */
  async next(): Promise<PeerEvent> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      await this.#arrived.promise;
    }
  }

  /**
   * The next event, which is of the given type; how far messages of its own have
   * come is passed over, unless that is what is asked for.
   */
  async expect<T extends PeerEvent["type"]>(
    type: T,
  ): Promise<Extract<PeerEvent, { type: T }>> {
    for (;;) {
      const event = await this.next();
      if (isOfType(event, type)) return event;
      if (event.type === "delivered" || event.type === "left") continue;
      throw new Error(`${Deno.inspect(event)} is not ${type}`);
    }
  }

  /** The text of the next event, which is a message. */
  async message(): Promise<string> {
    return (await this.expect("message")).text;
  }

  /** The name of the party of the next event, which is a connection. */
  async connected(): Promise<string> {
    return (await this.expect("connected")).party.name;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.peer.close();
  }
}

function isOfType<T extends PeerEvent["type"]>(
  event: PeerEvent,
  type: T,
): event is Extract<PeerEvent, { type: T }> {
  return event.type === type;
}

/**
 * Accepts a peer that talks in plain, too, as a program that does not know the
 * secure mode: what is known by its address alone is first tried in private.
 */
export async function acceptInPlain(
  listener: Deno.TcpListener,
): Promise<Deno.TcpConn> {
  (await listener.accept()).close();
  return await listener.accept();
}
