import type { Candidates } from "../../../protocol/mod.ts";
import type { Lease, SessionRef } from "../types.ts";

/** How a client ID is held in the secure mode. */
export interface LeaseHolder {
  /** The session. */
  readonly session: SessionRef;
  /** Whether the client may be named to clients that ask in plain. */
  readonly plain: boolean;
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
  /** The session that holds the ID; none if it was leased in plain. */
  holder: LeaseHolder | undefined = undefined;
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
    return this.holder?.session;
  }

  get plain(): boolean {
    return this.holder?.plain ?? true;
  }

  get candidates(): Candidates {
    return [{ address: { host: this.host, port: this.port } }];
  }

  /** The lease as it is now: what becomes of it later does not change this. */
  snapshot(): Lease {
    const { clientID, host, candidates, plain, session } = this;
    return { clientID, host, candidates, plain, session };
  }
}
