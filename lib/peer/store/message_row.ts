import type { Row } from "../../storage/mod.ts";
import type { Incoming, Outgoing } from "./message.ts";

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
    ...previousFrom(row),
  };
}

/** The ID of the message before that of a row, if there was one. */
export function previousFrom(row: Row): { readonly previous?: string } {
  return row.isNull("previous") ? {} : { previous: row.text("previous") };
}

function fieldsFrom(row: Row) {
  return {
    id: row.text("id"),
    peer: row.text("peer"),
    text: row.text("text"),
    time: row.integer("time"),
  };
}
