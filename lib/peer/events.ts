import type { Address } from "../net/mod.ts";

/**
 * How a conversation is protected: not at all; encrypted, with whoever had that
 * name at first contact; or encrypted, with whoever the person has verified.
 */
export type Protection = "unencrypted" | "pinned" | "verified";

/** Somebody this peer talks with, as the listings and events name them. */
export interface Party {
  /**
   * The name under which the conversation goes: the client ID that the other
   * side gave or that was dialled, else its address. Unique among the open
   * conversations of a peer.
   */
  readonly name: string;
  /** The client ID whose key the other side has proved; none in plain. */
  readonly clientID?: string;
  /** The other end of the TCP connection. */
  readonly address: Address;
  /** Who dialled: `out` if this peer did. */
  readonly direction: "in" | "out";
  /** Whether, and how, the conversation is protected. */
  readonly protection: Protection;
  /** Whether its connection is down, and being taken up again. */
  readonly broken?: boolean;
}

/** What happens at a peer without its having been asked for just then. */
export type PeerEvent =
  /** A conversation is open, whoever dialled. */
  | { readonly type: "connected"; readonly party: Party }
  /** A conversation's party is now known by its client ID. */
  | { readonly type: "named"; readonly party: Party; readonly was: string }
  /**
   * A message has arrived, directly or by mailbox; in plain it has no ID and no
   * time.
   */
  | {
    readonly type: "message";
    readonly from: Pick<Party, "name" | "protection">;
    readonly text: string;
    readonly id?: string;
    /** When it was written, in ms since the epoch. */
    readonly time?: number;
  }
  /** A message of this peer is left at the registry. */
  | { readonly type: "left"; readonly id: string; readonly to: string }
  /** A message of this peer has arrived. */
  | { readonly type: "delivered"; readonly id: string; readonly to: string }
  /** Messages wait here, for somebody or for all; a phrase says why. */
  | {
    readonly type: "waiting";
    readonly to: string | undefined;
    readonly reason: string;
  }
  /** The connection of a conversation broke; it is being taken up again. */
  | {
    readonly type: "linkLost";
    readonly party: Party;
    readonly reason: string;
  }
  /** The conversation goes on. */
  | { readonly type: "linkBack"; readonly party: Party }
  /** A conversation has ended; `reason` is a phrase for a person. */
  | {
    readonly type: "disconnected";
    readonly party: Party;
    readonly reason: string;
  }
  /** Somebody called and was refused; `reason` is a sentence for a person. */
  | {
    readonly type: "refused";
    readonly address: Address;
    readonly reason: string;
  }
  /** Somebody called under a known name, and with another key. */
  | {
    readonly type: "keyChanged";
    readonly name: string;
    readonly fingerprint: string;
    readonly reason: string;
  }
  /** The registration was lost; the peer comes back by itself unless `final`. */
  | {
    readonly type: "registryLost";
    readonly registry: Address;
    readonly reason: string;
    readonly final: boolean;
  }
  /** The peer is registered again. */
  | { readonly type: "registryBack"; readonly registry: Address };
