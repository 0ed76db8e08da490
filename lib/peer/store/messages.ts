import { MAX_BODY_BYTES } from "../../framing/mod.ts";
import type { Row } from "../../storage/mod.ts";
import { PeerError } from "../errors.ts";

/** How far a message to somebody else has come. */
export type State =
  /** It is only here. Shown as `·`. */
  | "queued"
  /** It is left, sealed, at the registry. Shown as `✓`. */
  | "left"
  /** The other side has it. Shown as `✓✓`. */
  | "delivered";

/** A message to somebody else. */
export interface Outgoing {
  /** Tells it from an {@linkcode Incoming} one. */
  readonly direction: "out";
  /** A ULID: a later message has one that comes after it. */
  readonly id: string;
  /** Whom it is for. */
  readonly peer: string;
  /** What it says. */
  readonly text: string;
  /** When it was written, in ms since the epoch. */
  readonly time: number;
  /** How far it has come. */
  readonly state: State;
  /** When it was last left at the registry, in ms since the epoch. */
  readonly leftAt: number | undefined;
}

/** A message from somebody else. */
export interface Incoming {
  /** Tells it from an {@linkcode Outgoing} one. */
  readonly direction: "in";
  /** The ULID that its sender gave it. */
  readonly id: string;
  /** Whom it is from. */
  readonly peer: string;
  /** What it says. */
  readonly text: string;
  /**
   * When it was written, in ms since the epoch: by its sender's clock, but not
   * after it arrived.
   */
  readonly time: number;
}

/**
 * Checks that a text can be a message.
 *
 * @throws {PeerError} If it is empty, too long, or holds what cannot be stored.
 */
export function checkText(text: string): void {
  const { length } = new TextEncoder().encode(text);
  if (length > MAX_BODY_BYTES) {
    throw new PeerError(
      `a message may have ${MAX_BODY_BYTES} bytes and this one has ${length}: ` +
        "send it in parts",
    );
  }
  if (length === 0) throw new PeerError("an empty message is not sent");
  if (text.includes("\0")) {
    throw new PeerError("a message with a NUL character in it is not sent");
  }
}

const STATES = ["queued", "left", "delivered"] as const;

/** The message in a row of the table. */
export function messageOf(row: Row): Outgoing | Incoming {
  return row.integer("state") < STATES.length
    ? outgoingOf(row)
    : { direction: "in", ...bareMessageOf(row) };
}

/**
 * The outgoing message in a row of the table.
 *
 * @throws {TypeError} If it is another message: the query is wrong.
 */
export function outgoingOf(row: Row): Outgoing {
  const state = STATES[row.integer("state")];
  if (state === undefined) throw new TypeError("the message is not outgoing");
  return {
    direction: "out",
    ...bareMessageOf(row),
    state,
    leftAt: row.isNull("left_at") ? undefined : row.integer("left_at"),
  };
}

function bareMessageOf(row: Row) {
  return {
    id: row.text("id"),
    peer: row.text("peer"),
    text: row.text("text"),
    time: row.integer("time"),
  };
}
