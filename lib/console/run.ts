import { TextLineStream } from "@std/streams";
import type { ConsoleEvent, EventSink } from "./events/mod.ts";
import { Folding } from "./folding.ts";
import { Repetitions } from "./repetitions.ts";
import { rowWriter, Terminal } from "./screen/mod.ts";
import {
  enterJsonLine,
  enterLines,
  jsonWriter,
  textWriter,
} from "./script/mod.ts";
import { ConsoleSession, type SessionOptions } from "./session.ts";

/** Stored messages that a terminal shows when a conversation starts. */
const BACKLOG_MESSAGES = 10;

/** How long the last messages may take to leave when the input ends. */
const DRAIN_TIMEOUT_MS = 3000;

/** How often what is summed up is looked at, in ms. */
const TICK_MS = 1000;

/** How a console runs. */
export interface ConsoleOptions extends SessionOptions {
  /** Whether to write JSON objects, for a script. */
  readonly json: boolean;
  /** Resolves when the program is asked to end, by a signal for example. */
  readonly stopped?: Promise<unknown>;
  /** Receives each event as well, before it is written. */
  readonly onEvent?: (event: ConsoleEvent) => void;
  /** What to wait for before the end, when the last line has been executed. */
  readonly beforeEnd?: () => Promise<void>;
}

/**
 * Runs a peer with a console: at a terminal, as a filter from standard input to
 * standard output where either is no terminal, or for a script. Ends with the
 * input, with `/quit`, or when it is stopped.
 *
 * @throws {PeerError} If the peer cannot start.
 */
export async function runConsole(options: ConsoleOptions): Promise<void> {
  const isTerminal = !options.json && Deno.stdin.isTerminal() &&
    Deno.stdout.isTerminal();
  if (isTerminal) await runTerminal(options);
  else await runFilter(options);
}

async function runTerminal(options: ConsoleOptions): Promise<void> {
  const terminal = new Terminal(!Deno.noColor);
  const folding = new Folding();
  using summed = summedUp((event) => terminal.write(folding.fold(event)));
  try {
    const session = new ConsoleSession(
      { backlogMessages: BACKLOG_MESSAGES, folding, ...options },
      observed(options, (event) => {
        summed.write(event);
        // What is not told may change the prompt, too.
        terminal.refresh();
      }),
    );
    options.stopped?.then(() => session.end());
    await terminal.run(session);
    terminal.close();
    await session.close();
  } finally {
    terminal.close();
  }
}

async function runFilter(options: ConsoleOptions): Promise<void> {
  const folding = new Folding();
  using summed = summedUp(filterSink(options, folding));
  const session = new ConsoleSession(
    { folding, ...options },
    observed(options, summed.write),
  );
  options.stopped?.then(() => session.end());
  const lines = Deno.stdin.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  await enterLines(
    session,
    lines,
    (line) => options.json ? enterJsonLine(session, line) : session.enter(line),
  );
  // With empty input, the registration of the start may still be running.
  await Promise.race([session.idle(), session.ended]);
  await options.beforeEnd?.();
  await session.drain(DRAIN_TIMEOUT_MS);
  await session.close();
}

/** Where a filter writes: a terminal is kept from being forged, as one is. */
function filterSink({ json }: ConsoleOptions, folding: Folding): EventSink {
  const print = (line: string) => console.log(line);
  if (json) return jsonWriter(print);
  if (!Deno.stdout.isTerminal()) return textWriter(print);
  const write = rowWriter(!Deno.noColor);
  return (event) => write(folding.fold(event));
}

/** A sink whose repeated events are summed up, until its scope ends. */
function summedUp(sink: EventSink): { write: EventSink } & Disposable {
  const repetitions = new Repetitions(sink);
  const timer = setInterval(() => repetitions.tick(), TICK_MS);
  return {
    write: repetitions.write,
    [Symbol.dispose]() {
      clearInterval(timer);
      repetitions.flush();
    },
  };
}

/** The sink, behind the observer of the options, if there is one. */
function observed({ onEvent }: ConsoleOptions, sink: EventSink): EventSink {
  return onEvent === undefined ? sink : (event) => {
    onEvent(event);
    sink(event);
  };
}
