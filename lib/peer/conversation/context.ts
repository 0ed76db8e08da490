import type { Candidates } from "../../protocol/mod.ts";
import type { LetterSender, ReceiveContext } from "../delivery/mod.ts";
import type { Party } from "../events.ts";
import type { PlainQuotas } from "../trust/mod.ts";
import type { Path } from "../reach/mod.ts";
import type { PeerTimings } from "../timings.ts";
import type { OwnKeys } from "../trust/mod.ts";

/** What the secure conversations of a peer share. */
export interface ConversationContext extends ReceiveContext {
  /** How long the conversations wait for what. */
  readonly timings: PeerTimings;
  /** The keys of this peer. */
  readonly ownKeys: OwnKeys;
  /** Deposits messages while there is no link. */
  readonly letterSender: LetterSender;
  /** Limits what is shown of calls in plaintext. */
  readonly plainQuotas: PlainQuotas;
  /** Whether one more broken conversation may be reconnected. */
  readonly mayReconnect: () => boolean;
  /**
   * Dials a client, which attaches a link to its conversation.
   *
   * @param last What its last link was dialled by, if this side dialled.
   * @throws {PeerError} If it cannot be reached.
   */
  readonly connect: (clientID: string, last?: Candidates) => Promise<unknown>;
}

/** The path of a link, and which side has dialled it. */
export interface LinkPath extends Path {
  /** `out` if this peer has. */
  readonly direction: Party["direction"];
}

/** A link that has been attached. */
export interface Attachment {
  /** The peer, as it is named with this link. */
  readonly party: Party;
  /** Resolves when the link has ended. */
  readonly ended: Promise<void>;
}
