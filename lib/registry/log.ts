/** Something that happened at the registry, for whoever runs it. */
export interface LogEntry {
  /** What happened, in one word, such as `refused`. */
  readonly event: string;
  /** What is known about it. */
  readonly [detail: string]: string | number;
}

/** Where entries go. */
export type Log = (entry: LogEntry) => void;

/** Writes an entry as a line that a person reads: `time event name=value …`. */
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

/** Writes an entry as one JSON object, for programs that collect logs. */
export function jsonLine(entry: LogEntry, time: Date): string {
  return JSON.stringify({ time: time.toISOString(), ...entry });
}

/**
 * A log that writes at most `most` entries a second and then says how many it
 * left out: a flood of bad requests must not become a flood of lines.
 *
 * @param write Receives each entry that passes.
 * @param most How many may pass in a second.
 * @param clock The time, in ms.
 */
export function limitRate(
  write: Log,
  most: number,
  clock: () => number = Date.now,
): Log {
  let second = 0;
  let passed = 0;
  let omitted = 0;
  return (entry) => {
    const now = Math.floor(clock() / 1000);
    if (now !== second) {
      if (omitted > 0) write({ event: "omitted", entries: omitted });
      second = now;
      passed = omitted = 0;
    }
    if (++passed <= most) write(entry);
    else omitted++;
  };
}
