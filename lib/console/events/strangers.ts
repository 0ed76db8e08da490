import { formatAddress } from "../../net/mod.ts";
import type {
  BlockedStranger,
  NamedStranger,
  WaitingStranger,
} from "../../peer/mod.ts";
import { sanitize } from "../sanitize.ts";
import type { EventTable, PeerEventOf } from "./event_format.ts";
import { isoTime } from "./json_fields.ts";
import { lookAlikeNote } from "./look_alike.ts";
import { localTime } from "./message_line.ts";
import { fromPeer, problem, status } from "./rendering.ts";

/** What strangers want, and what the user decides. */
export type StrangerEvent =
  | PeerEventOf<"request" | "accepted" | "overQuota">
  /** The strangers who wait for a decision, as `/accept` asked. */
  | {
    readonly type: "requests";
    readonly strangers: readonly WaitingStranger[];
  }
  /** A stranger is declined, as `/decline` asked. */
  | ({ readonly type: "declined" } & WaitingStranger)
  /** A client is blocked, as `/block` asked. */
  | ({ readonly type: "blocked" } & NamedStranger)
  /** A client is blocked no longer, as `/unblock` asked. */
  | ({ readonly type: "unblocked" } & NamedStranger)
  /** The blocked clients, as `/blocked` asked. */
  | {
    readonly type: "blockedClients";
    readonly clients: readonly BlockedStranger[];
  };

/** How these events are written. */
export const STRANGER_EVENTS: EventTable<StrangerEvent> = {
  request: {
    fields: ({ name, fingerprint, resembles, address, omitted }) => ({
      name,
      fingerprint,
      resembles,
      address: address && formatAddress(address),
      omitted,
    }),
    render: ({ omitted, ...stranger }) =>
      fromPeer(
        requestLine(stranger) + (omitted === undefined
          ? ""
          : ` (earlier ones that are not shown: ${omitted}; /accept lists all)`),
      ),
  },
  requests: {
    fields: ({ strangers }) => ({ strangers }),
    render: ({ strangers }) =>
      status(
        strangers.length === 0 ? "no strangers want to talk" : "strangers:",
        strangers.map(requestLine),
      ),
  },
  accepted: {
    fields: ({ name, fingerprint }) => ({ name, fingerprint }),
    render: ({ name, fingerprint }) =>
      status(`accepted ${whoOf({ name, fingerprint })}`),
  },
  overQuota: {
    fields: ({ what, name, messages, bytes }) => ({
      what,
      name,
      messages,
      bytes,
    }),
    render: (event) => problem(quotaLine(event)),
  },
  declined: {
    fields: ({ name, fingerprint }) => ({ name, fingerprint }),
    render: ({ name, fingerprint }) =>
      status(
        `declined ${whoOf({ name, fingerprint })}` +
          (fingerprint === undefined ? "" : ", who may ask again tomorrow"),
      ),
  },
  blocked: {
    fields: ({ name, fingerprint }) => ({ name, fingerprint }),
    render: ({ name, fingerprint }) =>
      status(`blocked ${sanitize(name)} (${fingerprint})`),
  },
  unblocked: {
    fields: ({ name, fingerprint }) => ({ name, fingerprint }),
    render: ({ name, fingerprint }) =>
      status(`unblocked ${sanitize(name)} (${fingerprint})`),
  },
  blockedClients: {
    fields: ({ clients }) => ({
      clients: clients.map(({ since, ...client }) => ({
        ...client,
        since: isoTime(since),
      })),
    }),
    render: ({ clients }) =>
      status(
        clients.length === 0 ? "no clients are blocked" : "blocked clients:",
        clients.map(({ name, fingerprint, since }) =>
          `${sanitize(name)} (${fingerprint}) since ${localTime(since)}`
        ),
      ),
  },
};

/** Which quota is used up, and what happens to what follows. */
function quotaLine(
  { what, name, accepted, messages, bytes }: PeerEventOf<"overQuota">,
): string {
  const who = name === undefined ? "their senders" : sanitize(name);
  const quota = `${messages.toLocaleString("en")} messages or ` +
    `${Math.round(bytes / 1024 / 1024)} MiB a day`;
  const more = accepted === false ? `; /accept ${who} allows more` : "";
  return `more than ${quota} have come from ${QUOTA_WORDS[what](who)}: what ` +
    `follows waits with ${who} until 00:00 UTC${more}`;
}

/** Whose quota it is. */
const QUOTA_WORDS = {
  client: (name: string) => name,
  strangers: () => "all strangers together",
  all: () => "all clients together",
};

/** A stranger, as an event names one. */
interface Named {
  readonly name: string;
  readonly fingerprint?: string | undefined;
  readonly resembles?: string | undefined;
}

/** A program that calls in plaintext has no key, so it cannot be blocked. */
function requestLine(stranger: Named): string {
  const who = sanitize(stranger.name);
  return `${whoOf(stranger)} wants to talk: /accept ${who}, /decline ${who}` +
    (stranger.fingerprint === undefined ? "" : `, /block ${who}`) +
    lookAlikeNote(stranger.resembles);
}

function whoOf({ name, fingerprint }: Named): string {
  return `${sanitize(name)} (${fingerprint ?? "not encrypted"})`;
}
