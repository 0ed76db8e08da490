import { MAX_BODY_BYTES } from "../../framing/mod.ts";
import type { Row } from "../../storage/mod.ts";
import { PeerError } from "../errors.ts";

/** How far an outgoing message has come. */
export type MessageState =
  /** It is only here. Shown as `·`. */
  | "queued"
  /** The registry has it, sealed, in the recipient's mailbox. Shown as `✓`. */
  | "left"
  /** The recipient has it. Shown as `✓✓`. */
  | "delivered";

/** A message to another client. */
export interface Outgoing {
  /** Tells it from an {@linkcode Incoming} one. */
  readonly direction: "out";
  /** A ULID: a later message has a greater one. */
  readonly id: string;
  /** The recipient's client ID. */
  readonly peer: string;
  /** What it says. */
  readonly text: string;
  /** When it was written, in ms since the epoch. */
  readonly time: number;
  /** How far it has come. */
  readonly state: MessageState;
  /** When it was last deposited at the registry, in ms since the epoch. */
  readonly depositedAt: number | undefined;
}

/** A message from another client. */
export interface Incoming {
  /** Tells it from an {@linkcode Outgoing} one. */
  readonly direction: "in";
  /** The ULID that its sender gave it. */
  readonly id: string;
  /** The sender's client ID. */
  readonly peer: string;
  /** What it says. */
  readonly text: string;
  /**
   * When it was written, in ms since the epoch: by its sender's clock, but not
   * later than it arrived.
   */
  readonly time: number;
}

/**
 * Checks that a text can be a message.
 *
 * @throws {PeerError} If it is empty, too long, or cannot be stored.
 */
export function checkText(text: string): void {
  const { length } = new TextEncoder().encode(text);
  if (length > MAX_BODY_BYTES) {
    throw new PeerError(
      `the message has ${length} bytes, and the longest has ${MAX_BODY_BYTES} ` +
        "bytes: send it in parts",
    );
  }
  if (length === 0) throw new PeerError("an empty message cannot be sent");
  if (text.includes("\0")) {
    throw new PeerError("a message with a NUL character cannot be sent");
  }
}

/** The states of outgoing messages, by their number in the table. */
const STATES = ["queued", "left", "delivered"] as const;

/** The message in a row of the table. */
export function messageFrom(row: Row): Outgoing | Incoming {
  return row.integer("state") < STATES.length
    ? outgoingFrom(row)
    : { direction: "in", ...fieldsFrom(row) };
}

/**
 * The outgoing message in a row of the table.
 *
 * @throws {TypeError} If it is an incoming one: the query is wrong.
 */
export function outgoingFrom(row: Row): Outgoing {
  const state = STATES[row.integer("state")];
  if (state === undefined) throw new TypeError("the message is not outgoing");
  return {
    direction: "out",
    ...fieldsFrom(row),
    state,
    depositedAt: row.isNull("left_at") ? undefined : row.integer("left_at"),
  };
}

function fieldsFrom(row: Row) {
  return {
    id: row.text("id"),
    peer: row.text("peer"),
    text: row.text("text"),
    time: row.integer("time"),
  };
}
