import type { Incoming, Outgoing } from "../../peer/mod.ts";
import { sanitize } from "../sanitize.ts";
import { isoTime, messageFields } from "./json_fields.ts";
import type { EventTable, PeerEventOf } from "./event_format.ts";
import { label, localTime, messageLine, speakerIn } from "./message_line.ts";
import { fromPeer, problem, status } from "./rendering.ts";

/** A message that was handed to the peer, to be sent. */
export interface SentMessage {
  /** The client ID or address that it goes to. */
  readonly to: string;
  /** Its text. */
  readonly text: string;
  /** Its ID in the store; none in plain. */
  readonly id?: string;
}

/** What happens to messages, and what the store says about them. */
export type MessageEvent =
  | PeerEventOf<"message" | "missing" | "left" | "delivered" | "waiting">
  /** A message is stored and will be delivered, or has been sent in plain. */
  | ({ readonly type: "sent" } & SentMessage)
  /** The undelivered messages, as `/queue` asked. */
  | { readonly type: "queue"; readonly messages: readonly Outgoing[] }
  /** A message was withdrawn, as `/unsend` asked. */
  | { readonly type: "unsent"; readonly message: Outgoing }
  /** Messages in the store, oldest first, as `/history` or `/search` asked. */
  | {
    readonly type: "history";
    readonly messages: readonly (Incoming | Outgoing)[];
    /** The client whose conversation has just started, if that is why. */
    readonly earlier?: string;
  }
  /** More of a message that was folded, as `/show` asked. */
  | {
    readonly type: "shown";
    readonly number: number;
    /** What stands before the text: `bob> `. */
    readonly speaker: string;
    readonly text: string;
  }
  /** All messages with a client are deleted, as `/forget` asked. */
  | {
    readonly type: "forgotten";
    readonly name: string;
    readonly messages: number;
    /** How many of them are at the registry, and may still be delivered. */
    readonly left: number;
  };

/** How these events are written. */
export const MESSAGE_EVENTS: EventTable<MessageEvent> = {
  message: {
    fields: ({ from, text, id, time, late }) => ({
      from: from.name,
      protection: from.protection,
      text,
      id,
      time: isoTime(time),
      late,
    }),
    render: (event) => fromPeer(speakerIn(event) + event.text),
  },
  missing: {
    fields: ({ from, id, time }) => ({
      from: from.name,
      protection: from.protection,
      id,
      time: isoTime(time),
    }),
    render: ({ from, time }) =>
      problem(
        `messages of ${label(from)} are missing, before that of ` +
          `${localTime(time)}: they may still come`,
      ),
  },
  sent: {
    fields: ({ to, text, id }) => ({ to, text, id }),
    render: () => undefined,
  },
  left: {
    fields: ({ to, id }) => ({ to, id }),
    render: () => undefined,
  },
  delivered: {
    fields: ({ to, id }) => ({ to, id }),
    render: () => undefined,
  },
  waiting: {
    fields: ({ to, reason }) => ({ to, reason }),
    render: ({ to, reason }) =>
      problem(
        to === undefined ? reason : `messages for ${to} are queued: ${reason}`,
      ),
  },
  queue: {
    fields: ({ messages }) => ({ messages: messages.map(messageFields) }),
    render: ({ messages }) =>
      status(
        messages.length === 0 ? "no messages are queued" : "queued messages:",
        messages.map((message, n) => `${n + 1} ${messageLine(message)}`),
      ),
  },
  unsent: {
    fields: ({ message }) => messageFields(message),
    render: ({ message }) => status(`withdrawn: ${messageLine(message)}`),
  },
  history: {
    fields: ({ messages, earlier }) => ({
      messages: messages.map(messageFields),
      earlier,
    }),
    render: ({ messages, earlier }) =>
      status(
        historyHeading(messages.length, earlier),
        messages.map(messageLine),
      ),
  },
  shown: {
    fields: ({ number, speaker, text }) => ({ number, speaker, text }),
    render: ({ speaker, text }) => fromPeer(speaker + text),
  },
  forgotten: {
    fields: ({ name, messages, left }) => ({ name, messages, left }),
    render: ({ name, messages, left }) =>
      status(forgottenLine(sanitize(name), messages, left)),
  },
};

function historyHeading(count: number, earlier: string | undefined): string {
  if (count === 0) return "no messages found";
  return earlier === undefined
    ? "messages:"
    : `earlier messages with ${sanitize(earlier)}:`;
}

function forgottenLine(name: string, count: number, left: number): string {
  if (count === 0) return `no messages with ${name} are stored`;
  const deleted = count === 1 ? "1 message" : `${count} messages`;
  const rest = left === 0
    ? ""
    : `; ${left} at the registry may still be delivered`;
  return `deleted ${deleted} with ${name}${rest}`;
}
