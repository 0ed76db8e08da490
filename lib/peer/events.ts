import type { Address } from "../net/mod.ts";
import type { KeyChangedError } from "./errors.ts";

/**
 * How a conversation is protected: `unencrypted`; `pinned`, encrypted with the
 * key that the client had at first contact; `verified`, encrypted with a key
 * whose safety number the user has compared.
 */
export type Protection = "unencrypted" | "pinned" | "verified";

/** The peer at the other end of a conversation. */
export interface Party {
  /**
   * The name of the conversation: the client ID whose key the peer has proved; in
   * plaintext the one that the peer or the registry gave, behind a tilde (`~bob`),
   * which no client ID has, else the address. Unique among the open conversations.
   */
  readonly name: string;
  /** The client ID whose key the peer has proved; none in plaintext. */
  readonly clientID?: string;
  /** The other end of the TCP connection. */
  readonly address: Address;
  /** Which side dialled: `out` if this peer did. */
  readonly direction: "in" | "out";
  /** Whether, and how, the conversation is protected. */
  readonly protection: Protection;
  /** Whether its connection broke and is being re-established. */
  readonly broken?: boolean;
}

/** What happens at a peer that is not the result of a call. */
export type PeerEvent =
  /** A conversation is open, whichever side dialled. */
  | { readonly type: "connected"; readonly party: Party }
  /** A conversation has another name: the peer gave its client ID. */
  | { readonly type: "named"; readonly party: Party; readonly was: string }
  /**
   * A message has arrived, directly or by mailbox; in plaintext it has no ID and
   * no time.
   */
  | {
    readonly type: "message";
    readonly from: Pick<Party, "name" | "protection">;
    readonly text: string;
    readonly id?: string;
    /** When it was written, in ms since the epoch. */
    readonly time?: number;
    /** Whether messages of the same sender that were written later came before. */
    readonly late?: boolean;
  }
  /**
   * Messages are missing: one that has arrived says that there is another before
   * it, which has not.
   */
  | {
    readonly type: "missing";
    readonly from: Pick<Party, "name" | "protection">;
    /** The ID of the message before which they are missing. */
    readonly id: string;
    /** When that was written, in ms since the epoch. */
    readonly time: number;
  }
  /** A message of this peer is left at the registry. */
  | { readonly type: "left"; readonly id: string; readonly to: string }
  /** A message of this peer has arrived. */
  | { readonly type: "delivered"; readonly id: string; readonly to: string }
  /** Messages to one client, or to all, wait here; `reason` is a phrase. */
  | {
    readonly type: "waiting";
    readonly to: string | undefined;
    readonly reason: string;
  }
  /** The connection of a conversation broke; it is being re-established. */
  | {
    readonly type: "linkLost";
    readonly party: Party;
    readonly reason: string;
  }
  /** The connection of a conversation is re-established. */
  | { readonly type: "linkBack"; readonly party: Party }
  /** A conversation has ended; `reason` is a phrase. */
  | {
    readonly type: "disconnected";
    readonly party: Party;
    readonly reason: string;
  }
  /** A connection was rejected; `reason` is a sentence. */
  | {
    readonly type: "refused";
    readonly address: Address;
    readonly reason: string;
  }
  /** A letter was refused, and removed from the mailbox; `reason` is a sentence. */
  | {
    readonly type: "letterRefused";
    /** The client ID that it claims. */
    readonly from: string;
    /** The fingerprint of the key that has sealed it. */
    readonly fingerprint: string;
    readonly reason: string;
  }
  /** A stranger wants to talk: its messages are held until the user decides. */
  | {
    readonly type: "request";
    readonly name: string;
    /** The fingerprint of its key; undefined for a program that calls in plaintext. */
    readonly fingerprint?: string;
    /** The client ID, of one that the user knows, which the name looks like. */
    readonly resembles?: string;
    /** Where the stranger calls from; undefined for a letter. */
    readonly address?: Address;
    /** How many requests before this one were not told. */
    readonly omitted?: number;
  }
  /**
   * A client, or several together, have sent as much as is stored in a day. What
   * follows is not acknowledged: it waits with its senders.
   */
  | {
    readonly type: "overQuota";
    /** Whose quota it is: of one client, of all strangers, or of all clients. */
    readonly what: "client" | "strangers" | "all";
    /** The client ID, if it is the quota of one client. */
    readonly name?: string;
    /** Whether the user has accepted that client. */
    readonly accepted?: boolean;
    /** How many messages the quota has. */
    readonly messages: number;
    /** How many bytes the quota has. */
    readonly bytes: number;
  }
  /** The user has accepted a stranger: its messages follow. */
  | {
    readonly type: "accepted";
    readonly name: string;
    /** The fingerprint of its key; undefined for a program that calls in plaintext. */
    readonly fingerprint?: string;
  }
  /** A client has replaced its key: the old one has signed off on the new one. */
  | {
    readonly type: "keyRotated";
    readonly name: string;
    /** The fingerprint of the new key, which is not verified. */
    readonly fingerprint: string;
    /** Whether the old key was verified. */
    readonly wasVerified: boolean;
  }
  /** A client or registry has another key than the pinned one. */
  | {
    readonly type: "keyChanged";
    readonly name: string;
    readonly fingerprint: string;
    readonly reason: string;
    /** Whether it has called or written, or this peer wanted to reach it. */
    readonly direction: "in" | "out";
  }
  /** At first contact: the name of a client looks like one that the user knows. */
  | {
    readonly type: "lookAlike";
    readonly name: string;
    /** The client ID that it looks like. */
    readonly resembles: string;
    /** The fingerprint of its key; undefined in plaintext, or if none is known. */
    readonly fingerprint?: string;
    /** How many before this one were not told. */
    readonly omitted?: number;
  }
  /** A key that the user trusts has taken the place of the pinned one. */
  | {
    readonly type: "trusted";
    readonly name: string;
    readonly fingerprint: string;
  }
  /** The registration was lost; the peer registers again unless `final`. */
  | {
    readonly type: "registryLost";
    readonly registry: Address;
    readonly reason: string;
    readonly final: boolean;
  }
  /** The peer is registered again. */
  | { readonly type: "registryBack"; readonly registry: Address };

/**
 * The event of a client or registry whose key is not the pinned one.
 *
 * @param direction Whether it has called or written, or this peer wanted to reach
 * it.
 */
export function keyChangedEvent(
  error: KeyChangedError,
  direction: "in" | "out",
): PeerEvent {
  const { owner: name, fingerprint, message: reason } = error;
  return { type: "keyChanged", name, fingerprint, reason, direction };
}
