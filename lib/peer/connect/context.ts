import type { Address } from "../../net/mod.ts";
import type { Candidates } from "../../protocol/mod.ts";
import type {
  Acceptance,
  FirstContacts,
  KnownKeys,
  OwnKeys,
  PlainQuotas,
  Rotations,
} from "../trust/mod.ts";
import type { Conversations } from "../conversation/mod.ts";
import type { PeerEvent } from "../events.ts";
import type { KnownAddresses } from "./known_addresses.ts";
import type { Connect, DialBackoff } from "../reach/mod.ts";
import type { Strangers } from "./strangers.ts";
import type { PeerTimings } from "../timings.ts";

/** What a peer makes connections with, dialled or accepted. */
export interface ConnectContext {
  /** This peer's client ID. */
  readonly clientID: string;
  /** Its keys. */
  readonly ownKeys: OwnKeys;
  /** Takes the new keys of other clients. */
  readonly rotations: Rotations;
  /** The port that other peers are told to dial. */
  readonly port: number;
  /** Whether it also talks in plaintext. */
  readonly plain: boolean;
  /** Where there are clients with keys, and programs that only speak plain. */
  readonly addresses: KnownAddresses;
  /** The keys that it has pinned. */
  readonly knownKeys: KnownKeys;
  /** Decides whose calls it takes. */
  readonly acceptance: Acceptance;
  /** Warns of names that look alike. */
  readonly contacts: FirstContacts;
  /** Limits what is shown of calls in plaintext. */
  readonly plainQuotas: PlainQuotas;
  /** Holds the calls of strangers. */
  readonly strangers: Strangers;
  /** Where links go. */
  readonly conversations: Conversations;
  /** Receives `refused` and `keyChanged` for inbound connections. */
  readonly onEvent: (event: PeerEvent) => void;
  /** How long it waits for what. */
  readonly timings: PeerTimings;
  /** The other end of this peer's last connection to its registry. */
  readonly registryAddress: () => Address;
  /** Delays automatic dials to addresses that were dialled in vain. */
  readonly dialBackoff: DialBackoff;
  /** Opens connections to peers. Default: over TCP. */
  readonly connect?: Connect | undefined;
  /** Aborts when the peer closes: connections that are not set up then close. */
  readonly signal: AbortSignal;
}

/** The peer to dial. */
export interface DialTarget {
  /** Where it may be reached, the best first. */
  readonly candidates: Candidates;
  /**
   * Who named the candidates: the user; the registry, whose word is not enough
   * for every address; or nobody, if this peer was reached there before.
   */
  readonly source: "user" | "registry" | "reached";
  /** Whether it is dialled again and again, and not because the user asked. */
  readonly isAutomatic?: boolean;
  /** Its client ID, if it is known. */
  readonly name?: string;
  /** The key that it must have, in base64, if that is known. */
  readonly key?: string;
  /** Whether it is known to speak only the plain protocol. */
  readonly plainOnly?: boolean;
}
