import { type EventSink, render } from "../events/mod.ts";
import type { Session } from "../session.ts";
import { parseJsonMessage, toJson } from "./json.ts";

/** Writes each event as a line of text. */
export function textWriter(print: (line: string) => void): EventSink {
  return (event) => {
    const rendering = render(event);
    if (rendering === undefined) return;
    const mark = rendering.style === "problem" ? "! " : "";
    print(mark + [rendering.line, ...rendering.items ?? []].join(" | "));
  };
}

/** Writes each event as a line of JSON. */
export function jsonWriter(print: (line: string) => void): EventSink {
  return (event) => print(toJson(event));
}

/** Enters lines, one after the other, until they or the session end. */
export async function enterLines(
  session: Session,
  lines: ReadableStream<string>,
  enter: (line: string) => Promise<unknown>,
): Promise<void> {
  const reader = lines.getReader();
  const ended = session.ended.then(() => ({ done: true, value: undefined }));
  for (;;) {
    const { done, value } = await Promise.race([ended, reader.read()]);
    if (done || value === undefined) break;
    await Promise.race([ended, enter(value)]);
  }
  reader.releaseLock();
}

/** Enters a line of a script: a JSON object is a message, else it is a line. */
export async function enterJsonLine(
  session: Session,
  line: string,
): Promise<void> {
  if (!line.startsWith("{")) return void await session.enter(line);
  const message = parseJsonMessage(line);
  if (message !== undefined) {
    return void await session.say(message.text, message.to);
  }
  session.complain(
    'a line that starts with { is read as {"text": "…", "to": "clientID"}',
  );
}
