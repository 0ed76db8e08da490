import type { Address } from "../../net/mod.ts";
import type {
  Client,
  Incoming,
  Outgoing,
  Party,
  PeerEvent,
} from "../../peer/mod.ts";

/** What the console has to tell, however it is shown. */
export type ConsoleEvent =
  | PeerEvent
  /** The peer accepts conversations. */
  | {
    readonly type: "listening";
    readonly clientID: string;
    readonly address: Address;
  }
  /** The registry knows the peer. */
  | {
    readonly type: "registered";
    readonly clientID: string;
    readonly registry: Address;
  }
  /** Who is registered, as `/info` asked. */
  | { readonly type: "clients"; readonly clients: readonly Client[] }
  /** Where a client is, as `/bridge` asked. */
  | { readonly type: "bridged"; readonly client: Client }
  /** There is no such client, or no other. */
  | { readonly type: "nobody"; readonly target: string | undefined }
  /** A message is stored and goes its way, or has been sent in plain. */
  | {
    readonly type: "sent";
    readonly to: string;
    readonly text: string;
    /** Its ID; none in plain. */
    readonly id?: string;
  }
  /** What waits for others, as `/queue` asked. */
  | { readonly type: "queue"; readonly messages: readonly Outgoing[] }
  /** A message was taken back, as `/unsend` asked. */
  | { readonly type: "unsent"; readonly message: Outgoing }
  /** Messages that are kept, oldest first, as `/history` or `/search` asked. */
  | {
    readonly type: "history";
    readonly messages: readonly (Incoming | Outgoing)[];
    /** With whom they were, before a conversation that has just begun. */
    readonly earlier?: string;
  }
  /** All messages with somebody are removed, as `/forget` asked. */
  | {
    readonly type: "forgotten";
    readonly name: string;
    readonly messages: number;
    /** How many of them were left at the registry, and may still arrive. */
    readonly left: number;
  }
  /** Who the person is, as `/whoami` asked. */
  | {
    readonly type: "whoami";
    readonly clientID: string;
    readonly fingerprint: string;
    readonly address: Address;
    readonly registry: Address;
    /** The fingerprint of the registry's key, once it is known. */
    readonly registryKey: string | undefined;
  }
  /** Somebody is verified; what the two compare. */
  | {
    readonly type: "verified";
    readonly clientID: string;
    readonly safetyNumber: string;
  }
  /** Somebody's new key is accepted. */
  | {
    readonly type: "trusted";
    readonly name: string;
    readonly fingerprint: string;
  }
  /** Plain lines go to somebody else from now on. */
  | { readonly type: "target"; readonly name: string }
  /** The open conversations, as `/peers` asked. */
  | {
    readonly type: "peers";
    readonly parties: readonly Party[];
    readonly target: string | undefined;
  }
  /** How to use a command, or each of them. */
  | {
    readonly type: "help";
    readonly commands: readonly { usage: string; help: string }[];
  }
  /** Something could not be done; a sentence says why, and what to do. */
  | { readonly type: "problem"; readonly message: string };

/** Shows events to whoever is at the other side of the console. */
export type Show = (event: ConsoleEvent) => void;
