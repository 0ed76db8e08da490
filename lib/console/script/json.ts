import { type ConsoleEvent, jsonFields } from "../events/mod.ts";
import { escapeJSON } from "../sanitize.ts";

/** A message that a script sends as a JSON object. */
export interface JsonMessage {
  /** Its text, which may have line ends or begin with a slash. */
  readonly text: string;
  /** The client ID or address that it goes to. Default: the current target. */
  readonly to?: string;
}

/**
 * Writes an event as one line of JSON (README, "For scripts"). What a terminal
 * would not show as it is, is escaped.
 */
export function toJson(event: ConsoleEvent): string {
  return escapeJSON(
    JSON.stringify({ event: event.type, ...jsonFields(event) }),
  );
}

/**
 * Reads a line of the form `{"text": "…", "to": "bob"}`.
 *
 * @returns Undefined if it is not of that form.
 */
export function parseJsonMessage(line: string): JsonMessage | undefined {
  try {
    const { text, to }: { text: unknown; to: unknown } = JSON.parse(line);
    if (typeof text !== "string") return undefined;
    if (to === undefined) return { text };
    return typeof to === "string" ? { text, to } : undefined;
  } catch {
    return undefined;
  }
}
