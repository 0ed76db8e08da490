import { CODE, PLAIN_LEASE_S } from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";

/** The end of a lease that lasts as long as its link: later than any other. */
const WHILE_LINKED = 2 ** 30 - 1;

/** How many leases one {@linkcode Directory.sweep} looks at. */
const SWEEP = 20_000;

/** The link on which a client holds an ID in the secure mode. */
export interface Holder {
  /** The key that the client has proved, in base64. */
  readonly key: string;
  /** Tells the client that it no longer holds the ID, and why. */
  dismiss(reason: RegistryError): void;
  /** Tells the client that a letter waits for it. */
  tellOfMail(): void;
}

/** A client ID held by a client, for a time. */
export interface Lease {
  /** The client ID. */
  readonly clientID: string;
  /** The host that the client was seen at. */
  host: string;
  /** The port that the client claimed. */
  port: number;
  /** Whether the client may be named to those who ask in plain. */
  plain: boolean;
  /** The link that the lease lasts for; none if it was made in plain. */
  holder: Holder | undefined;
  /**
   * When the lease ends, in whole seconds on the registry's clock: a small
   * integer, so that a million leases hold no boxed numbers.
   */
  expires: number;
  /** Whom a BRIDGE without a target goes on with. */
  offers: Iterator<Lease> | undefined;
}

/**
 * Who is registered and where, in the order of their registration (PROTOCOL.md,
 * "Registrations"). Times are whole seconds on a clock of the caller's.
 */
export class Directory {
  readonly #leases = new Map<string, Lease>();
  #sweeper: Iterator<Lease> | undefined;

  /** How many leases are held, those that have run out since the last sweep too. */
  get size(): number {
    return this.#leases.size;
  }

  /**
   * Leases a client ID, or renews the lease that it has.
   *
   * @param now The time, in seconds.
   * @returns Whether it is leased: false while another host holds the ID.
   */
  register(clientID: string, host: string, port: number, now: number): boolean {
    const lease = this.#leases.get(clientID);
    if (lease !== undefined && lease.expires > now) {
      if (lease.host !== host || lease.holder !== undefined) return false;
      lease.port = port;
      lease.expires = now + PLAIN_LEASE_S;
      return true;
    }
    this.#lease(clientID, host, port).expires = now + PLAIN_LEASE_S;
    return true;
  }

  /**
   * Leases a client ID for as long as a link lasts. A client that comes back
   * under the same key takes its own lease over, and so does one that has
   * registered in plain from the same host.
   *
   * @param plain Whether the client may be named to those who ask in plain.
   * @param now The time, in seconds.
   * @returns Whether it is leased: false while somebody else holds the ID.
   */
  hold(
    clientID: string,
    holder: Holder,
    { host, port, plain }: { host: string; port: number; plain: boolean },
    now: number,
  ): boolean {
    let lease = this.find(clientID, now);
    const other = lease?.holder;
    if (lease !== undefined && other !== holder) {
      if (
        other === undefined ? lease.host !== host : other.key !== holder.key
      ) {
        return false;
      }
      other?.dismiss(
        new RegistryError(
          CODE.conflict,
          "you have registered on another connection",
        ),
      );
    }
    lease ??= this.#lease(clientID, host, port);
    Object.assign(lease, { host, port, plain, holder, expires: WHILE_LINKED });
    return true;
  }

  /**
   * Ends the lease that a link holds.
   *
   * @param expires When, in seconds; at once by default.
   */
  release(clientID: string, holder: Holder, expires?: number): void {
    const lease = this.#leases.get(clientID);
    if (lease?.holder !== holder) return;
    if (expires !== undefined) lease.expires = expires;
    else this.#leases.delete(clientID);
  }

  /** Ends a lease, and tells its client why, if it was made on a link. */
  revoke({ clientID, holder }: Lease, reason: RegistryError): void {
    this.#leases.delete(clientID);
    holder?.dismiss(reason);
  }

  /** The lease on a client ID, if it is held at the time `now`, in seconds. */
  find(clientID: string, now: number): Lease | undefined {
    const lease = this.#leases.get(clientID);
    return lease !== undefined && lease.expires > now ? lease : undefined;
  }

  /** The leases held at the time `now`, in seconds, longest registered first. */
  *list(now: number): Generator<Lease> {
    for (const lease of this.#leases.values()) {
      if (lease.expires > now) yield lease;
    }
  }

  /**
   * All leases, those that have run out too, longest registered first. What is
   * registered while they are being looked at comes as well.
   */
  leases(): Iterator<Lease> {
    return this.#leases.values();
  }

  /**
   * The next client to offer to one that asks for nobody in particular: each
   * other in turn, longest registered first, then from the start again.
   *
   * @param clientID Who asks.
   * @param host Where it was seen to ask from: the turn is kept only for the
   * holder of the ID, anybody else is offered the first.
   * @param now The time, in seconds.
   * @param plain Whether to offer only those who may be named in plain.
   */
  offer(
    clientID: string,
    host: string,
    now: number,
    plain: boolean,
  ): Lease | undefined {
    const asking = this.find(clientID, now);
    const turn = asking?.host === host ? asking : undefined;
    // The iterator of a Map is live: it passes over leases that have gone and
    // comes to those that were added, so it is all the state a turn needs.
    const offers = turn?.offers;
    if (offers !== undefined) {
      const other = nextOther(offers, clientID, now, plain);
      if (other !== undefined) return other;
    }
    const fromStart = this.#leases.values();
    const other = nextOther(fromStart, clientID, now, plain);
    if (turn !== undefined) turn.offers = other && fromStart;
    return other;
  }

  /**
   * Forgets leases that have run out, some at a time so that a million of them
   * hold nobody up; {@linkcode find} and {@linkcode list} pass over them anyhow.
   *
   * @param now The time, in seconds.
   */
  sweep(now: number): void {
    const leases = this.#sweeper ??= this.#leases.values();
    for (let i = 0; i < SWEEP; i++) {
      const { done, value } = leases.next();
      if (done) {
        this.#sweeper = undefined;
        return;
      }
      if (value.expires <= now) this.#leases.delete(value.clientID);
    }
  }

  /** A new lease, in the last place. */
  #lease(clientID: string, host: string, port: number): Lease {
    this.#leases.delete(clientID);
    const id = flat(clientID);
    // What a renewal looks at stands first, so that it is all in one or two
    // lines of the cache: among a million leases each is read from memory.
    const lease: Lease = {
      host,
      holder: undefined,
      expires: 0,
      port,
      clientID: id,
      plain: true,
      offers: undefined,
    };
    this.#leases.set(id, lease);
    return lease;
  }
}

function nextOther(
  leases: Iterator<Lease>,
  clientID: string,
  now: number,
  plain: boolean,
): Lease | undefined {
  for (;;) {
    const { done, value } = leases.next();
    if (done) return undefined;
    if (value.clientID === clientID || value.expires <= now) continue;
    if (value.plain || !plain) return value;
  }
}

/**
 * The same text in memory of its own: a slice of a request would keep the whole
 * request alive for as long as the lease.
 */
function flat(text: string): string {
  return text.split("").join("");
}
