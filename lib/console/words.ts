import { formatAddress } from "../framing/mod.ts";
import type { Party } from "../peer/mod.ts";
import type { ConsoleEvent } from "./events.ts";
import { visible } from "./visible.ts";

/** What an event is called when a person reads it. */
export interface Words {
  /** How to set it off: the person's own doings, others', or trouble. */
  readonly tone: "own" | "other" | "problem";
  /** The line. */
  readonly line: string;
  /** What the line announces, each a line of its own. */
  readonly items?: readonly string[];
}

/** Says an event in words; undefined for what a person sees anyhow. */
export function wordsFor(event: ConsoleEvent): Words | undefined {
  switch (event.type) {
    case "listening":
      return own(
        `listening on ${formatAddress(event.address)} as ${event.clientID}`,
      );
    case "registered":
      return own(
        `registered as ${event.clientID} ` +
          `with the registry at ${formatAddress(event.registry)}`,
      );
    case "clients":
      return own(
        event.clients.length === 0 ? "nobody is registered" : "registered:",
        event.clients.map(({ clientID, address }) =>
          visible(`${clientID} ${formatAddress(address)}`)
        ),
      );
    case "bridged": {
      const { clientID, address } = event.client;
      return own(
        visible(`${clientID} is at ${formatAddress(address)}`) +
          ": /chat talks to them",
      );
    }
    case "nobody":
      return own(
        event.target === undefined
          ? "nobody else is registered"
          : `no ${visible(event.target)} is registered`,
      );
    case "connected":
      return other(
        `${called(event.party)}: not encrypted, ` +
          "anyone on the way can read it",
      );
    case "named":
      return other(`${visible(event.was)} is ${visible(event.party.name)}`);
    case "message":
      return other(`${visible(event.from.name)}> ${visible(event.text)}`);
    case "sent":
      return undefined;
    case "target":
      return own(`plain lines go to ${visible(event.name)}`);
    case "disconnected":
      return other(
        `conversation with ${visible(event.party.name)} ended: ${
          visible(event.reason)
        }`,
      );
    case "peers":
      return own(
        event.parties.length === 0 ? "no conversations" : "conversations:",
        event.parties.map((party) => described(party, event.target)),
      );
    case "help":
      return own(
        "commands:",
        event.commands.map(({ usage, help }) => `${usage.padEnd(28)}${help}`),
      );
    case "problem":
      return { tone: "problem", line: visible(event.message) };
  }
}

function own(line: string, items?: readonly string[]): Words {
  return { tone: "own", line, items };
}

function other(line: string): Words {
  return { tone: "other", line };
}

function called({ name, address, direction }: Party): string {
  const who = name === formatAddress(address)
    ? name
    : `${visible(name)} (${formatAddress(address)})`;
  return direction === "out" ? `connected to ${who}` : `${who} called you`;
}

function described(party: Party, target: string | undefined): string {
  const { name, address, direction, protection } = party;
  const mark = name === target ? " ← plain lines go here" : "";
  return `${visible(name)} ${formatAddress(address)} ${protection}, ` +
    `${direction === "out" ? "you called" : "called you"}${mark}`;
}
