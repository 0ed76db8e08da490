import type { Address } from "../../net/mod.ts";
import type { Identity } from "../../secure/mod.ts";
import type { KnownKeys } from "../trust/mod.ts";
import type { PlainConversations } from "../plain/mod.ts";
import type { Conversations } from "../conversation/mod.ts";
import type { PeerEvent } from "../events.ts";

/** Whose calls they are, and what they are made with. */
export interface ConnectContext {
  readonly clientID: string;
  readonly identity: Identity;
  /** The port that others come to. */
  readonly port: number;
  /** Whether it talks with those who only speak plain, too. */
  readonly plain: boolean;
  readonly knownKeys: KnownKeys;
  /** Where links to those who speak the secure mode go. */
  readonly conversations: Conversations;
  /** Conversations in plain. */
  readonly plainConversations: PlainConversations;
  readonly onEvent: (event: PeerEvent) => void;
  /** Aborts when the peer closes: who is not in conversation then is let go. */
  readonly signal: AbortSignal;
}

/** Whom to call. */
export interface DialTarget {
  readonly address: Address;
  /** The client ID, if it is known. */
  readonly name?: string;
  /** The key that it must have, in base64, if that is known. */
  readonly key?: string;
  /** Whether it is known to speak only plain. */
  readonly plainOnly?: boolean;
}

/** Something that has begun and will end. */
export interface Ending {
  /** Resolves when it has. */
  readonly ended: Promise<unknown>;
}
