import type { PeerEvent } from "../../peer/mod.ts";
import { sanitize } from "../sanitize.ts";

/** An event as text, for a user. */
export interface Rendering {
  /** How to set the line off: what this client does, what a peer does, or a problem. */
  readonly style: "status" | "peer" | "problem";
  /** The line. */
  readonly line: string;
  /** The list that the line announces, each item a line of its own. */
  readonly items?: readonly string[];
}

/** How the events of one type are written: a row of the {@linkcode EventTable}. */
export interface EventFormat<Event> {
  /** The fields of the JSON object, in the order in which they are written. */
  readonly fields: (event: Event) => Record<string, unknown>;
  /** The event as text; undefined if a user sees it in another way. */
  readonly render: (event: Event) => Rendering | undefined;
}

/** One row for each type of event in the union `Event`; none may be missing. */
export type EventTable<Event extends { readonly type: string }> = {
  readonly [Type in Event["type"]]: EventFormat<
    Extract<Event, { readonly type: Type }>
  >;
};

/** The events of a peer that are of one of the named types. */
export type PeerEventOf<Type extends PeerEvent["type"]> = Extract<
  PeerEvent,
  { readonly type: Type }
>;

/** Renders what this client has done, or what a command asked for. */
export function status(line: string, items?: readonly string[]): Rendering {
  return { style: "status", line, ...(items === undefined ? {} : { items }) };
}

/** Renders what a peer has done. */
export function fromPeer(line: string): Rendering {
  return { style: "peer", line };
}

/** Renders a problem. Its reason may come from outside, so it is sanitized. */
export function problem(line: string): Rendering {
  return { style: "problem", line: sanitize(line) };
}
