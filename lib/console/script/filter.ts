import { type EventSink, render } from "../events/mod.ts";
import { parseJsonMessage, toJson } from "./json.ts";

/** What executes the lines of a script. */
export interface LineSession {
  /** Resolves when no further line is to be entered. */
  readonly ended: Promise<void>;
  /** Executes a line. */
  enter(line: string): Promise<unknown>;
  /** Sends a text as it is, to a client or to the current target. */
  send(text: string, to?: string): Promise<unknown>;
  /** Reports that a line is wrong. */
  reportProblem(message: string): void;
}

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
  { ended }: Pick<LineSession, "ended">,
  lines: ReadableStream<string>,
  enter: (line: string) => Promise<unknown>,
): Promise<void> {
  const reader = lines.getReader();
  let hasEnded = false;
  let stopWaiting = () => {};
  ended.then(() => {
    hasEnded = true;
    stopWaiting();
  });
  /** Waits, but not beyond the end: Promise.race would keep each wait. */
  const untilEnd = <T>(work: Promise<T>) =>
    new Promise<T | undefined>((resolve, reject) => {
      stopWaiting = () => resolve(undefined);
      work.then(resolve, reject);
    });
  while (!hasEnded) {
    const line = (await untilEnd(reader.read()))?.value;
    if (line === undefined) break;
    await untilEnd(enter(line));
  }
  reader.releaseLock();
}

/** Enters a line of a script: a JSON object is a message, else it is a line. */
export async function enterJsonLine(
  session: LineSession,
  line: string,
): Promise<void> {
  if (!line.startsWith("{")) {
    await session.enter(line);
    return;
  }
  const message = parseJsonMessage(line);
  if (message !== undefined) await session.send(message.text, message.to);
  else {
    session.reportProblem(
      'invalid JSON message: expected {"text": "…", "to": "clientID"}',
    );
  }
}
