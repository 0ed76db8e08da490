import { PLAIN_LEASE_S } from "../../../protocol/mod.ts";
import { flatText } from "../flat_text.ts";
import type {
  Cursor,
  Directory,
  Lease,
  LeasePage,
  LeaseRequest,
  ListQuery,
  Offer,
  PageEnd,
  SessionLeaseResult,
  SessionRef,
} from "../types.ts";
import { MemoryLease } from "./lease.ts";
import { SequenceList } from "./sequence_list.ts";

/** The end of a lease that lasts until it is released: later than any other. */
const UNTIL_RELEASED_S = 2 ** 30 - 1;

/** How many leases one sweep checks. */
const MAX_SWEPT_LEASES = 20_000;

/** How many leases one page checks, so that none blocks the registry. */
const MAX_SCANNED_LEASES = 20_000;

/**
 * How many clients are noted as refusing connections, so that passing them over
 * does not block the registry.
 */
const MAX_REFUSING_CLIENTS = 1000;

/** A {@linkcode Directory} in memory. Its clock begins at 0 with the registry. */
export class MemoryDirectory implements Directory {
  readonly #leases = new Map<string, MemoryLease>();
  readonly #order = new SequenceList<MemoryLease>();
  /** By client ID: the sequence number of the client that was offered last. */
  readonly #turns = new Map<string, number>();
  /** The clients that refuse connections; the one noted longest ago first. */
  readonly #refusing = new Set<MemoryLease>();
  #lastSequence = 0;
  /** The sequence number behind which the next sweep begins. */
  #swept = 0;

  /** How many leases there are, with those that ended since the last sweep. */
  get size(): number {
    return this.#leases.size;
  }

  leasePlain(
    clientID: string,
    host: string,
    port: number,
    nowS: number,
    listenHost = host,
  ): boolean {
    let lease = this.#leases.get(clientID);
    if (lease !== undefined && lease.expiresS > nowS) {
      if (lease.host !== host || lease.session !== undefined) {
        return false;
      }
      lease.port = port;
      if (this.#refusing.size > 0) this.#refusing.delete(lease);
    } else lease = this.#add(clientID, host, port);
    if (listenHost !== host) {
      lease.details = { session: undefined, plain: true, listenHost };
    } else if (lease.details !== undefined) lease.details = undefined;
    lease.expiresS = nowS + PLAIN_LEASE_S;
    return true;
  }

  leaseToSession(
    clientID: string,
    session: SessionRef,
    { host, port, plain }: LeaseRequest,
    nowS: number,
  ): SessionLeaseResult {
    const held = this.#find(clientID, nowS);
    const other = held?.session;
    const isOthers = other === undefined
      ? held !== undefined && held.host !== host
      : other.key !== session.key;
    if (isOthers) return { isLeased: false, replaced: undefined };
    const lease = held ?? this.#add(clientID, host, port);
    lease.host = host;
    lease.port = port;
    lease.details = { session, plain };
    this.#refusing.delete(lease);
    lease.expiresS = UNTIL_RELEASED_S;
    const replaced = other?.id === session.id ? undefined : other;
    return { isLeased: true, replaced };
  }

  release(
    clientID: string,
    session: SessionRef,
    nowS: number,
    graceS = 0,
  ): void {
    const lease = this.#leases.get(clientID);
    if (lease?.session?.id !== session.id) return;
    if (graceS > 0) lease.expiresS = nowS + graceS;
    else this.#remove(lease);
  }

  revoke({ clientID, session, host }: Lease): void {
    const lease = this.#leases.get(clientID);
    if (lease === undefined || lease.session?.id !== session?.id) return;
    if (lease.host === host) this.#remove(lease);
  }

  find(clientID: string, nowS: number): Lease | undefined {
    return this.#find(clientID, nowS);
  }

  list(
    { limit, after, prefix = "", plainOnly = false }: ListQuery,
    nowS: number,
  ): LeasePage {
    const leases: Lease[] = [];
    let scanned = 0;
    let end: PageEnd | undefined;
    this.#order.scan(sequenceOf(after), (lease) => {
      const isListed = lease.expiresS > nowS && (lease.plain || !plainOnly) &&
        lease.clientID.startsWith(prefix);
      if (isListed) leases.push(lease.snapshot());
      if (leases.length < limit && ++scanned < MAX_SCANNED_LEASES) return true;
      end = { clientID: lease.clientID, cursor: lease.sequence };
      return false;
    });
    return { leases, end };
  }

  nextClient(
    clientID: string,
    host: string,
    nowS: number,
    plainOnly: boolean,
  ): Offer | undefined {
    const hasTurn = this.#find(clientID, nowS)?.host === host;
    const turn = hasTurn ? this.#turns.get(clientID) ?? 0 : 0;
    const isOther = (lease: MemoryLease) =>
      lease.clientID !== clientID && lease.expiresS > nowS &&
      (lease.plain || !plainOnly);
    const isThere = (lease: MemoryLease) =>
      isOther(lease) && !this.#refusing.has(lease);
    let found = this.#twoAfter(turn, isThere);
    if (found.length === 0 && this.#refusing.size > 0) {
      found = this.#twoAfter(turn, isOther);
    }
    const [other, second] = found;
    if (other === undefined) return undefined;
    if (hasTurn) this.#turns.set(clientID, other.sequence);
    return { lease: other.snapshot(), isOnly: second === undefined };
  }

  setRefusing(
    { clientID, session, host, candidates: [{ address }] }: Lease,
    isRefusing: boolean,
  ): void {
    const lease = this.#leases.get(clientID);
    if (lease === undefined || lease.session !== session) return;
    if (lease.host !== host || lease.port !== address.port) return;
    this.#refusing.delete(lease);
    if (!isRefusing) return;
    this.#refusing.add(lease);
    if (this.#refusing.size <= MAX_REFUSING_CLIENTS) return;
    for (const first of this.#refusing) {
      this.#refusing.delete(first);
      break;
    }
  }

  sweep(nowS: number): void {
    this.#swept = this.#order.prune(this.#swept, MAX_SWEPT_LEASES, (lease) => {
      if (lease.expiresS > nowS) return false;
      this.#forget(lease);
      return true;
    });
  }

  #find(clientID: string, nowS: number): MemoryLease | undefined {
    const lease = this.#leases.get(clientID);
    return lease !== undefined && lease.expiresS > nowS ? lease : undefined;
  }

  /** The first two wanted leases behind a place, then from the start again. */
  #twoAfter(
    sequence: number,
    isWanted: (lease: MemoryLease) => boolean,
  ): MemoryLease[] {
    const found: MemoryLease[] = [];
    const visit = (lease: MemoryLease) => {
      if (lease === found[0]) return false;
      if (isWanted(lease)) found.push(lease);
      return found.length < 2;
    };
    this.#order.scan(sequence, visit);
    if (sequence > 0 && found.length < 2) this.#order.scan(0, visit);
    return found;
  }

  /** A new lease, in the last place, that has ended already. */
  #add(clientID: string, host: string, port: number): MemoryLease {
    const ended = this.#leases.get(clientID);
    if (ended !== undefined) this.#remove(ended);
    const id = flatText(clientID);
    const lease = new MemoryLease(id, host, port, ++this.#lastSequence);
    this.#leases.set(id, lease);
    this.#order.push(lease);
    return lease;
  }

  #remove(lease: MemoryLease): void {
    this.#forget(lease);
    this.#order.remove(lease);
  }

  /** Removes a lease from all but the order. */
  #forget(lease: MemoryLease): void {
    this.#leases.delete(lease.clientID);
    this.#turns.delete(lease.clientID);
    this.#refusing.delete(lease);
  }
}

/** The sequence number in a cursor; this directory gives out no others. */
function sequenceOf(cursor: Cursor | undefined): number {
  return typeof cursor === "number" ? cursor : 0;
}
