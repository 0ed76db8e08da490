/** An event at the registry, for its operator. */
export interface LogEntry {
  /** What happened, in one word, such as `refused`. */
  readonly event: string;
  /** A detail of it. */
  readonly [detail: string]: string | number;
}

/** Takes entries of the log. */
export type Log = (entry: LogEntry) => void;

/**
 * Formats an entry as a line to be read by people: `time event name=value …`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { textLine } from "./mod.ts";
 *
 * const entry = { event: "refused", client: "192.0.2.1:40000", code: 429 };
 * assertEquals(
 *   textLine(entry, new Date(0)),
 *   "1970-01-01T00:00:00.000Z refused client=192.0.2.1:40000 code=429",
 * );
 * ```
 */
export function textLine(entry: LogEntry, time: Date): string {
  const details = Object.entries(entry)
    .filter(([name]) => name !== "event")
    .map(([name, value]) =>
      typeof value === "number" || /^[\w.:[\]-]+$/.test(value)
        ? `${name}=${value}`
        : `${name}=${JSON.stringify(value)}`
    );
  return [time.toISOString(), entry.event, ...details].join(" ");
}

/** Formats an entry as one JSON object, for programs that collect logs. */
export function jsonLine(entry: LogEntry, time: Date): string {
  return JSON.stringify({ time: time.toISOString(), ...entry });
}
