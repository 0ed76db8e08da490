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

/**
 * Renders what this client has done, or what a command asked for. Like the
 * others it sanitizes all of it: any part may come from outside.
 */
export function status(line: string, items?: readonly string[]): Rendering {
  return {
    style: "status",
    line: sanitize(line),
    ...(items === undefined ? {} : { items: items.map(sanitize) }),
  };
}

/** Renders what a peer has done. */
export function fromPeer(line: string): Rendering {
  return { style: "peer", line: sanitize(line) };
}

/** Renders a problem. */
export function problem(line: string): Rendering {
  return { style: "problem", line: sanitize(line) };
}
