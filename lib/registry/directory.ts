import type { Address } from "../framing/mod.ts";

/** How long a plain registration lasts after its last REGISTER, in seconds. */
export const PLAIN_LEASE = 60 * 60;

/** How many leases one {@linkcode Directory.sweep} looks at. */
const SWEEP = 20_000;

/** A client ID held by a client, for a time. */
export interface Lease extends Address {
  readonly clientID: string;
  /** The port that the client claimed, on the host it was seen at. */
  port: number;
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
      if (lease.host !== host) return false;
      lease.port = port;
      lease.expires = now + PLAIN_LEASE;
      return true;
    }
    if (lease !== undefined) this.#leases.delete(clientID);
    const id = flat(clientID);
    this.#leases.set(id, {
      clientID: id,
      host,
      port,
      expires: now + PLAIN_LEASE,
      offers: undefined,
    });
    return true;
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
   * The next client to offer to one that asks for nobody in particular: each
   * other in turn, longest registered first, then from the start again.
   *
   * @param clientID Who asks.
   * @param host Where it was seen to ask from: the turn is kept only for the
   * holder of the ID, anybody else is offered the first.
   * @param now The time, in seconds.
   */
  offer(clientID: string, host: string, now: number): Lease | undefined {
    const asking = this.find(clientID, now);
    const turn = asking?.host === host ? asking : undefined;
    // The iterator of a Map is live: it passes over leases that have gone and
    // comes to those that were added, so it is all the state a turn needs.
    const offers = turn?.offers;
    if (offers !== undefined) {
      const other = nextOther(offers, clientID, now);
      if (other !== undefined) return other;
    }
    const fromStart = this.#leases.values();
    const other = nextOther(fromStart, clientID, now);
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
}

function nextOther(
  leases: Iterator<Lease>,
  clientID: string,
  now: number,
): Lease | undefined {
  for (;;) {
    const { done, value } = leases.next();
    if (done) return undefined;
    if (value.clientID !== clientID && value.expires > now) return value;
  }
}

/**
 * The same text in memory of its own: a slice of a request would keep the whole
 * request alive for as long as the lease.
 */
function flat(text: string): string {
  return text.split("").join("");
}
