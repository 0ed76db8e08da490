import type { Candidates } from "../../../protocol/mod.ts";
import type { Lease, SessionRef } from "../types.ts";

/** Who holds a client ID in the secure mode. */
export interface Holder {
  /** The session. */
  readonly session: SessionRef;
  /** Whether the client may be named to clients that ask in plain. */
  readonly plain: boolean;
}

/**
 * A lease in memory. A million of them should take little of it, so what only
 * some have is elsewhere, and all numbers are small integers, which take no
 * memory of their own.
 */
export class MemoryLease implements Lease {
  // What a renewal looks at stands first, so that it is all in one or two
  // lines of the cache: among a million leases each is read from memory.
  host: string;
  /** Who holds the ID in the secure mode; nobody if it was leased in plain. */
  holder: Holder | undefined = undefined;
  /** When the lease ends, in whole s on the directory's clock. */
  expires = 0;
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
}
