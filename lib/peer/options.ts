import type { Address } from "../net/mod.ts";
import type { Identity } from "../secure/mod.ts";
import type { PeerEvent } from "./events.ts";
import type { Connect } from "./reach/mod.ts";
import type { Store } from "./store/mod.ts";
import type { AcceptPolicy, Quotas } from "./trust/mod.ts";
import type { PeerTimings } from "./timings.ts";

/** How a {@linkcode Peer} runs. */
export interface PeerOptions {
  /** Its client ID. */
  readonly clientID: string;
  /** Where it listens for other peers; port 0 takes a free one. */
  readonly listen: Address;
  /**
   * The port that other peers are told to dial, if it is not the one that this
   * peer listens on: behind a router that forwards a port, for example.
   */
  readonly advertise?: number | undefined;
  /** The registry that it uses. */
  readonly registry: Address;
  /** Receives what happens, in order; it must not throw. */
  readonly onEvent: (event: PeerEvent) => void;
  /** Its identity. Default: a new identity. */
  readonly identity?: Identity;
  /**
   * Saves a new identity where the next start finds it, when the user has replaced
   * the key. Default: only the store has it.
   *
   * @throws {IdentityError} If that failed.
   */
  readonly saveIdentity?: (identity: Identity) => Promise<void>;
  /**
   * What it keeps, which its maker closes after the peer. Default: a store in
   * memory, which ends with the peer.
   */
  readonly store?: Store;
  /**
   * Whose calls and letters it takes. Default: `ask`; calls in plaintext, whose
   * callers nobody can know, are then all taken.
   */
  readonly accept?: AcceptPolicy | undefined;
  /** How much it stores of what others send in a day. Default: `DAILY_QUOTAS`. */
  readonly quotas?: Quotas | undefined;
  /** Whether it also talks in plaintext. Default: false. */
  readonly plain?: boolean;
  /**
   * Whether the registry speaks only the plain protocol, and is never asked for
   * the secure mode: existing registries may end at a request that they do not
   * know. Default: false.
   */
  readonly registryPlain?: boolean;
  /**
   * Opens the connections to other peers, as a test may record them. Default:
   * over TCP.
   */
  readonly connect?: Connect;
  /** How long it waits for what. Default: {@linkcode PEER_TIMINGS}, for each. */
  readonly timings?: Partial<PeerTimings>;
}
