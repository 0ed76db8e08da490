import type { Address } from "../framing/mod.ts";

/** How a conversation's bytes travel; the console shows it to the person. */
export type Protection = "unencrypted";

/** Somebody this peer talks with, as the listings and events name them. */
export interface Party {
  /**
   * The name under which the conversation goes: the client ID that the other
   * side gave or that was dialled, else its address. Unique among the open
   * conversations of a peer.
   */
  readonly name: string;
  /** The other end of the TCP connection. */
  readonly address: Address;
  /** Who dialled: `out` if this peer did. */
  readonly direction: "in" | "out";
  /** Whether, and how, the conversation is protected. */
  readonly protection: Protection;
}

/** A client that the registry knows. */
export interface Client {
  /** Its client ID. */
  readonly clientID: string;
  /** Where it listens for peers. */
  readonly address: Address;
}

/** What happens at a peer without its having been asked for just then. */
export type PeerEvent =
  /** A conversation is open, whoever dialled. */
  | { readonly type: "connected"; readonly party: Party }
  /** A conversation's party is now known by its client ID. */
  | { readonly type: "named"; readonly party: Party; readonly was: string }
  /** A message has arrived. */
  | { readonly type: "message"; readonly from: Party; readonly text: string }
  /** A conversation has ended; `reason` is a phrase for a person. */
  | {
    readonly type: "disconnected";
    readonly party: Party;
    readonly reason: string;
  };
