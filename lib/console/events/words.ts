import { formatAddress } from "../../net/mod.ts";
import type { Incoming, Outgoing, Party } from "../../peer/mod.ts";
import type { ConsoleEvent } from "./events.ts";
import { visible } from "../visible.ts";

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
        event.clients.map(({ clientID, address, key }) =>
          visible(`${clientID} ${formatAddress(address)}`) +
          (key === undefined ? ", not encrypted" : "")
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
      return other(`${called(event.party)}: ${protectedBy(event.party)}`);
    case "named":
      return other(`${visible(event.was)} is ${visible(event.party.name)}`);
    case "message":
      return other(`${label(event.from)}> ${visible(event.text)}`);
    case "sent":
    case "left":
    case "delivered":
      return undefined;
    case "waiting":
      return problem(
        event.to === undefined
          ? event.reason
          : `messages for ${event.to} wait here: ${event.reason}`,
      );
    case "linkLost":
      return problem(
        `the connection to ${event.party.name} is down: ${event.reason}; ` +
          "what you type waits, and it is tried again",
      );
    case "linkBack":
      return own(`the connection to ${visible(event.party.name)} is back`);
    case "queue":
      return own(
        event.messages.length === 0 ? "nothing waits" : "waiting:",
        event.messages.map((message, n) => `${n + 1} ${kept(message)}`),
      );
    case "unsent":
      return own(`taken back: ${kept(event.message)}`);
    case "history":
      return own(
        event.messages.length === 0
          ? "no messages are kept"
          : event.earlier === undefined
          ? "messages:"
          : `earlier with ${visible(event.earlier)}:`,
        event.messages.map(kept),
      );
    case "forgotten":
      return own(forgotten(event));
    case "whoami":
      return own(`you are ${event.clientID}`, [
        `fingerprint ${event.fingerprint}`,
        `listening on ${formatAddress(event.address)}`,
        `registry ${formatAddress(event.registry)}` +
        (event.registryKey ? `, fingerprint ${event.registryKey}` : ""),
      ]);
    case "verified":
      return own(
        `${visible(event.clientID)} is marked as verified; compare this with ` +
          `what ${
            visible(event.clientID)
          } sees, by voice or side by side. If ` +
          "it differs, somebody is in between: say nothing more",
        rowsOf(event.safetyNumber),
      );
    case "trusted":
      return own(
        `the new key of ${
          visible(event.name)
        }, ${event.fingerprint}, is accepted`,
      );
    case "keyChanged":
      return problem(`${event.reason}: /trust ${event.name} accepts it`);
    case "refused":
      return problem(
        `a call from ${formatAddress(event.address)} was refused: ` +
          event.reason,
      );
    case "registryLost":
      return problem(
        `the registry at ${formatAddress(event.registry)} is lost: ` +
          event.reason +
          (event.final
            ? "; /register registers again"
            : "; trying until it is back"),
      );
    case "registryBack":
      return own(
        `registered again with the registry at ${
          formatAddress(event.registry)
        }`,
      );
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
        event.commands.map(({ usage, help }) => `${usage.padEnd(26)}  ${help}`),
      );
    case "problem":
      return problem(event.message);
  }
}

/** Somebody's name, with what sets them apart from one who is only pinned. */
export function label(
  { name, protection }: Pick<Party, "name" | "protection">,
): string {
  switch (protection) {
    case "unencrypted":
      return `${visible(name)} (not encrypted)`;
    case "pinned":
      return visible(name);
    case "verified":
      return `${visible(name)} (verified)`;
  }
}

/** How far a message of one's own has come, in two columns at most. */
export const MARKS = { queued: "·", left: "✓", delivered: "✓✓" } as const;

/** A message that is kept, in a line. */
function kept(message: Incoming | Outgoing): string {
  const { peer, text, time } = message;
  const said = message.direction === "in"
    ? `${visible(peer)}> ${visible(text)}`
    : `→ ${visible(peer)}: ${visible(text)} ${MARKS[message.state]}`;
  return `${localTime(time)} ${said}`;
}

function forgotten(
  { name, messages, left }: { name: string; messages: number; left: number },
): string {
  const who = visible(name);
  if (messages === 0) return `there were no messages with ${who}`;
  const rest = left === 0
    ? ""
    : `; ${left} of them are at the registry already, and may still arrive`;
  return `${messages} messages with ${who} are removed${rest}`;
}

/** A time as the person's clock shows it, to the minute. */
function localTime(ms: number): string {
  const time = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-` +
    `${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

function problem(line: string): Words {
  return { tone: "problem", line: visible(line) };
}

function own(line: string, items?: readonly string[]): Words {
  return { tone: "own", line, ...(items === undefined ? {} : { items }) };
}

function other(line: string): Words {
  return { tone: "other", line };
}

/** What a conversation's protection is worth. */
function protectedBy({ name, protection }: Party): string {
  switch (protection) {
    case "unencrypted":
      return "not encrypted, anyone on the way can read it";
    case "pinned":
      return `encrypted; /verify ${visible(name)} shows whether somebody is ` +
        "in between";
    case "verified":
      return "encrypted and verified";
  }
}

/** A safety number in rows of four groups. */
function rowsOf(safetyNumber: string): string[] {
  return safetyNumber.match(/(?:\d{5} ?){4}/g)?.map((row) => row.trim()) ?? [];
}

function called({ name, address, direction }: Party): string {
  const who = name === formatAddress(address)
    ? name
    : `${visible(name)} (${formatAddress(address)})`;
  return direction === "out" ? `connected to ${who}` : `${who} called you`;
}

function described(party: Party, target: string | undefined): string {
  const { name, address, direction, protection } = party;
  const mark = (party.broken ? ", the connection is down" : "") +
    (name === target ? " ← plain lines go here" : "");
  const how = protection === "unencrypted" ? "not encrypted" : protection;
  return `${visible(name)} ${formatAddress(address)} ${how}, ` +
    `${direction === "out" ? "you called" : "called you"}${mark}`;
}
