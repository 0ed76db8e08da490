import { type Address, formatAddress } from "../../net/mod.ts";
import type { Party } from "../../peer/mod.ts";
import { sanitize } from "../sanitize.ts";
import { partyFields } from "./fields.ts";
import {
  type EventTable,
  fromPeer,
  type PeerEventOf,
  problem,
  status,
} from "./format.ts";

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
  /** Messages go to another client from now on, as `/to` asked. */
  | { readonly type: "target"; readonly name: string };

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
      fromPeer(`${sanitize(was)} is ${sanitize(party.name)}`),
  },
  linkLost: {
    fields: ({ party, reason }) => ({ ...partyFields(party), reason }),
    render: ({ party, reason }) =>
      problem(
        `the connection to ${party.name} is down: ${reason}; ` +
          "what you type waits, and it is tried again",
      ),
  },
  linkBack: {
    fields: ({ party }) => partyFields(party),
    render: ({ party }) =>
      status(`the connection to ${sanitize(party.name)} is back`),
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
      problem(`a call from ${formatAddress(address)} was refused: ${reason}`),
  },
  peers: {
    fields: ({ parties, target }) => ({
      peers: parties.map(partyFields),
      target,
    }),
    render: ({ parties, target }) =>
      status(
        parties.length === 0 ? "no conversations" : "conversations:",
        parties.map((party) => partyLine(party, target)),
      ),
  },
  target: {
    fields: ({ name }) => ({ name }),
    render: ({ name }) => status(`plain lines go to ${sanitize(name)}`),
  },
};

function connectionLine({ name, address, direction }: Party): string {
  const who = name === formatAddress(address)
    ? name
    : `${sanitize(name)} (${formatAddress(address)})`;
  return direction === "out" ? `connected to ${who}` : `${who} called you`;
}

/** What a conversation's protection means. */
function protectionPhrase({ name, protection }: Party): string {
  switch (protection) {
    case "unencrypted":
      return "not encrypted, anyone on the way can read it";
    case "pinned":
      return `encrypted; /verify ${sanitize(name)} shows whether somebody is ` +
        "in between";
    case "verified":
      return "encrypted and verified";
  }
}

/** A conversation in the list of `/peers`. */
function partyLine(party: Party, target: string | undefined): string {
  const { name, address, direction, protection, broken } = party;
  const mark = (broken ? ", the connection is down" : "") +
    (name === target ? " ← plain lines go here" : "");
  const how = protection === "unencrypted" ? "not encrypted" : protection;
  return `${sanitize(name)} ${formatAddress(address)} ${how}, ` +
    `${direction === "out" ? "you called" : "called you"}${mark}`;
}
