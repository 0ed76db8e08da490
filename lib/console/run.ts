import { TextLineStream } from "@std/streams";
import type { ConsoleEvent, EventSink } from "./events/mod.ts";
import {
  enterJsonLine,
  enterLines,
  jsonWriter,
  textWriter,
} from "./script/mod.ts";
import { Session, type SessionOptions } from "./session.ts";
import { Terminal } from "./screen/mod.ts";

/** How many old messages a person sees at the start of a conversation. */
const GREETING = 10;

/** How long the last messages have to go when the input ends, in ms. */
const LAST_WORDS = 3000;

/** How a console runs. */
export interface ConsoleOptions extends SessionOptions {
  /** Whether to write JSON objects, for a script. */
  readonly json: boolean;
  /** Sees each event as well, before it is shown. */
  readonly onEvent?: (event: ConsoleEvent) => void;
  /** What to wait for before the end, when the last line has been obeyed. */
  readonly beforeEnd?: () => Promise<void>;
}

/**
 * Runs a peer behind a console: at a terminal, as a filter from standard input
 * to standard output where that is no terminal, or for a script. Ends with the
 * input, with `/quit`, or with a signal.
 *
 * @throws {PeerError} If the peer cannot start.
 */
export async function runConsole(options: ConsoleOptions): Promise<void> {
  const terminal = !options.json && Deno.stdin.isTerminal() &&
    Deno.stdout.isTerminal();
  if (terminal) await runTerminal(options);
  else await runFilter(options);
}

async function runTerminal(options: ConsoleOptions): Promise<void> {
  const terminal = new Terminal(!Deno.noColor);
  try {
    const session = new Session(
      { greeting: GREETING, ...options },
      watched(options, terminal.write),
    );
    endOnSignal(session);
    await terminal.run(session);
    terminal.close();
    await session.close();
  } finally {
    terminal.close();
  }
}

async function runFilter(options: ConsoleOptions): Promise<void> {
  const print = (line: string) => console.log(line);
  const sink = options.json ? jsonWriter(print) : textWriter(print);
  const session = new Session(options, watched(options, sink));
  endOnSignal(session);
  const lines = Deno.stdin.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  await enterLines(
    session,
    lines,
    (line) => options.json ? enterJsonLine(session, line) : session.enter(line),
  );
  // What was begun at the start may still be under way.
  await Promise.race([session.idle(), session.ended]);
  await options.beforeEnd?.();
  await session.settle(LAST_WORDS);
  await session.close();
}

function watched({ onEvent }: ConsoleOptions, sink: EventSink): EventSink {
  return onEvent === undefined ? sink : (event) => {
    onEvent(event);
    sink(event);
  };
}

function endOnSignal(session: Session): void {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) {
    Deno.addSignalListener(signal, () => session.end());
  }
}
