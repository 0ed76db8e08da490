import type { Show } from "../events/mod.ts";
import { parseTextLine, toJson } from "./json.ts";
import type { Session } from "../session.ts";
import { wordsFor } from "../events/mod.ts";

/** Shows each event as a line of text. */
export function showLines(print: (line: string) => void): Show {
  return (event) => {
    const words = wordsFor(event);
    if (words === undefined) return;
    const mark = words.tone === "problem" ? "! " : "";
    print(mark + [words.line, ...words.items ?? []].join(" | "));
  };
}

/** Shows each event as a JSON object in a line. */
export function showJson(print: (line: string) => void): Show {
  return (event) => print(toJson(event));
}

/** Does what each line says, one after the other, until they or the session end. */
export async function obeyLines(
  session: Session,
  lines: ReadableStream<string>,
  enter: (line: string) => Promise<void>,
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

/** What to do with a line from a script: an object is a text, else a command. */
export function enterJson(session: Session, line: string): Promise<void> {
  if (!line.startsWith("{")) return session.enter(line);
  const said = parseTextLine(line);
  if (said !== undefined) return session.say(said.text, said.to);
  session.complain(
    'a line that starts with { is read as {"text": "…", "to": "clientID"}',
  );
  return Promise.resolve();
}
