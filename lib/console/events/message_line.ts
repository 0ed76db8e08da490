import type { Incoming, Outgoing, Party } from "../../peer/mod.ts";
import { sanitize } from "../sanitize.ts";

/** How far an outgoing message has come, in two columns at most. */
export const DELIVERY_MARKS = {
  queued: "·",
  left: "✓",
  delivered: "✓✓",
} as const;

/** A peer's name, and how the conversation is protected unless it is pinned. */
export function label(
  { name, protection }: Pick<Party, "name" | "protection">,
): string {
  switch (protection) {
    case "unencrypted":
      return `${sanitize(name)} (not encrypted)`;
    case "pinned":
      return sanitize(name);
    case "verified":
      return `${sanitize(name)} (verified)`;
  }
}

/** What stands before the text of a message that has arrived. */
export function speakerIn(
  { from, late }: {
    readonly from: Pick<Party, "name" | "protection">;
    readonly late?: boolean;
  },
): string {
  return label(from) + (late === true ? " (late)> " : "> ");
}

/** What stands before a text in the store: who says it, or to whom this client says it. */
export function speakerOf(
  by: Incoming | Outgoing,
): string {
  const peer = sanitize(by.peer);
  return by.direction === "in" ? `${peer}> ` : `→ ${peer}: `;
}

/** A message in the store, in one line. */
export function messageLine(message: Incoming | Outgoing): string {
  const { text, time } = message;
  const line = speakerOf(message) + sanitize(text);
  const mark = message.direction === "in"
    ? ""
    : ` ${DELIVERY_MARKS[message.state]}`;
  return `${localTime(time)} ${line}${mark}`;
}

/** A time in ms since the epoch as the local clock shows it, to the minute. */
export function localTime(ms: number): string {
  const time = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-` +
    `${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
