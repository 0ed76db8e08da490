import { type Address, formatAddress } from "../../net/mod.ts";
import type { Party, Protection } from "../../peer/mod.ts";
import { sanitize } from "../sanitize.ts";
import { partyFields } from "./json_fields.ts";
import { lookAlikeNote } from "./look_alike.ts";
import type { EventTable, PeerEventOf } from "./event_format.ts";
import { fromPeer, problem, status } from "./rendering.ts";

/** What happens to conversations and their connections. */
export type ConnectionEvent =
  | PeerEventOf<
    | "connected"
    | "named"
    | "linkLost"
    | "linkBack"
    | "disconnected"
    | "refused"
  >
  /** The peer accepts conversations. */
  | {
    readonly type: "listening";
    readonly clientID: string;
    readonly address: Address;
  }
  /** The open conversations, as `/peers` asked. */
  | {
    readonly type: "peers";
    readonly parties: readonly Party[];
    readonly target: string | undefined;
  }
  /**
   * Something has happened again and again, and was not told each time: a
   * conversation or a connection of that kind has come and gone.
   */
  | {
    readonly type: "repeated";
    readonly what: "connected" | "linkLost" | "registryLost";
    /** A client ID, or an address. */
    readonly name: string;
    readonly count: number;
    /** Over how long it is counted, in s. */
    readonly seconds: number;
  }
  /** Messages go to another client from now on, as `/to` asked. */
  | {
    readonly type: "target";
    readonly name: string;
    /** The client ID, of one that the user knows, which the name looks like. */
    readonly resembles: string | undefined;
  };

/** How these events are written. */
export const CONNECTION_EVENTS: EventTable<ConnectionEvent> = {
  listening: {
    fields: ({ clientID, address }) => ({
      clientID,
      address: formatAddress(address),
    }),
    render: ({ clientID, address }) =>
      status(`listening on ${formatAddress(address)} as ${clientID}`),
  },
  connected: {
    fields: ({ party }) => partyFields(party),
    render: ({ party }) =>
      fromPeer(`${connectionLine(party)}: ${protectionPhrase(party)}`),
  },
  named: {
    fields: ({ party, was }) => ({ ...partyFields(party), was }),
    render: ({ party, was }) =>
      fromPeer(`${sanitize(was)} identified itself as ${sanitize(party.name)}`),
  },
  linkLost: {
    fields: ({ party, reason }) => ({ ...partyFields(party), reason }),
    render: ({ party, reason }) =>
      problem(
        `the connection to ${party.name} was lost: ${reason}; ` +
          "reconnecting, messages are queued until then",
      ),
  },
  linkBack: {
    fields: ({ party }) => partyFields(party),
    render: ({ party }) => status(`reconnected to ${sanitize(party.name)}`),
  },
  disconnected: {
    fields: ({ party, reason }) => ({ ...partyFields(party), reason }),
    render: ({ party, reason }) =>
      fromPeer(
        `conversation with ${sanitize(party.name)} ended: ${sanitize(reason)}`,
      ),
  },
  refused: {
    fields: ({ address, reason }) => ({
      address: formatAddress(address),
      reason,
    }),
    render: ({ address, reason }) =>
      problem(`refused a connection from ${formatAddress(address)}: ${reason}`),
  },
  repeated: {
    fields: ({ what, name, count: suppressed, seconds }) => ({
      what,
      name,
      suppressed,
      seconds,
    }),
    render: ({ what, name, count, seconds }) =>
      status(
        `${REPEATED_WORDS[what](name)} ${
          count === 1 ? "once" : `${count} times`
        }` +
          ` more in the last ${seconds} s`,
      ),
  },
  peers: {
    fields: ({ parties, target }) => ({
      peers: parties.map(partyFields),
      target,
    }),
    render: ({ parties, target }) =>
      status(
        parties.length === 0 ? "no open conversations" : "open conversations:",
        parties.map((party) => partyLine(party, target)),
      ),
  },
  target: {
    fields: ({ name, resembles }) => ({ name, resembles }),
    render: ({ name, resembles }) =>
      status(`messages go to ${sanitize(name)}${lookAlikeNote(resembles)}`),
  },
};

function connectionLine({ name, address, direction }: Party): string {
  const who = name === formatAddress(address)
    ? name
    : `${sanitize(name)} (${formatAddress(address)})`;
  return direction === "out"
    ? `connected to ${who}`
    : `incoming connection from ${who}`;
}

/** What has been repeated, by or with whom. */
const REPEATED_WORDS = {
  connected: (name: string) => `${name} has connected and left`,
  linkLost: (name: string) =>
    `the connection to ${name} was lost and re-established`,
  registryLost: (name: string) =>
    `the connection to the registry at ${name} was lost and re-established`,
};

/** How a conversation is protected. */
const PROTECTION_WORDS: Readonly<Record<Protection, string>> = {
  unencrypted: "not encrypted",
  pinned: "encrypted, not verified",
  verified: "encrypted and verified",
};

/** How a conversation is protected, and what that means. */
function protectionPhrase({ name, protection }: Party): string {
  const words = PROTECTION_WORDS[protection];
  switch (protection) {
    case "unencrypted":
      return `${words}; anyone on the network path can read it`;
    case "pinned":
      return `${words}; /verify ${sanitize(name)} rules out an attacker`;
    case "verified":
      return words;
  }
}

/** A conversation in the list of `/peers`. */
function partyLine(party: Party, target: string | undefined): string {
  const { name, address, direction, protection, broken } = party;
  const mark = (broken ? ", reconnecting" : "") +
    (name === target ? " ← messages go here" : "");
  return `${sanitize(name)} ${formatAddress(address)} ` +
    `${PROTECTION_WORDS[protection]}, ` +
    `${direction === "out" ? "outgoing" : "incoming"}${mark}`;
}
