import type { Candidates } from "../../../protocol/mod.ts";
import type { Lease, SessionRef } from "../types.ts";

/** What only some leases have: those of sessions, and some of loopback. */
export interface LeaseDetails {
  /** The session that holds the ID; none if it was leased in plain. */
  readonly session: SessionRef | undefined;
  /** Whether the client may be named to clients that ask in plain. */
  readonly plain: boolean;
  /** Where the client can be reached, if not at the host it was seen at. */
  readonly listenHost?: string;
}

/**
 * A lease in memory. A million of them should take little of it: what only some
 * have is stored elsewhere, and all numbers are small integers, which V8 stores
 * in the object itself.
 */
export class MemoryLease implements Lease {
  // What a renewal reads comes first, so that it is in one or two cache lines:
  // among a million leases each is a cache miss.
  host: string;
  /** What it has besides; nothing, for most leases in plain. */
  details: LeaseDetails | undefined = undefined;
  /** When the lease ends, in whole s on the directory's clock. */
  expiresS = 0;
  /** The port that the client claimed. */
  port: number;
  readonly clientID: string;
  /** Its place in the order of registration. */
  readonly sequence: number;

  /** A lease that has ended already. */
  constructor(clientID: string, host: string, port: number, sequence: number) {
    this.host = host;
    this.port = port;
    this.clientID = clientID;
    this.sequence = sequence;
  }

  get session(): SessionRef | undefined {
    return this.details?.session;
  }

  get plain(): boolean {
    return this.details?.plain ?? true;
  }

  get candidates(): Candidates {
    const host = this.details?.listenHost ?? this.host;
    return [{ address: { host, port: this.port } }];
  }

  /** The lease as it is now: what becomes of it later does not change this. */
  snapshot(): Lease {
    const { clientID, host, candidates, plain, session } = this;
    return { clientID, host, candidates, plain, session };
  }
}
