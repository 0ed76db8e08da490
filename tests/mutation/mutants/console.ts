import type { Mutant } from "../mutant.ts";

const SANITIZE = ["tests/console/sanitize_test.ts"];
const SCREEN = ["tests/console/screen/"];
const FORGERY = ["tests/e2e/forgery_test.ts"];
const FOLDING = ["tests/console/folding_test.ts"];
const REPETITIONS = ["tests/console/repetitions_test.ts"];
const FLOOD = ["tests/e2e/client_flood_test.ts"];

/** Faults of what keeps the screen and the memory of a client from others. */
export const CONSOLE: readonly Mutant[] = [
  {
    fault: "C1 control characters are printed",
    file: "lib/console/sanitize.ts",
    from: String.raw`[\p{Cc}\p{Cf}`,
    to: String.raw`[\x00-\x1f\x7f\p{Cf}`,
    tests: SANITIZE,
  },
  {
    fault: "characters that change the reading direction are printed",
    file: "lib/console/sanitize.ts",
    from: String.raw`\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`,
    to: String
      .raw`[\p{Cf}--\p{Bidi_Control}]\p{Cs}\p{Zl}\p{Zp}[\p{Default_Ignorable_Code_Point}--\p{Bidi_Control}]]`,
    tests: SANITIZE,
  },
  {
    fault: "invisible characters are printed",
    file: "lib/console/sanitize.ts",
    from: String.raw`\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`,
    to: String.raw`\p{Bidi_Control}\p{Cs}\p{Zl}\p{Zp}]`,
    tests: SANITIZE,
  },
  {
    fault: "a character keeps all its combining marks",
    file: "lib/console/sanitize.ts",
    from: "const MAX_MARKS = 4;",
    to: "const MAX_MARKS = 400;",
    tests: SANITIZE,
  },
  {
    fault: "problems are not sanitized",
    file: "lib/console/events/rendering.ts",
    from: `return { style: "problem", line: sanitize(line) };`,
    to: `return { style: "problem", line };`,
    tests: ["tests/console/events/event_table_test.ts"],
  },
  {
    fault: "JSON has invisible characters",
    file: "lib/console/script/json.ts",
    from: "return escapeJSON(",
    to: "return String(",
    tests: ["tests/console/script/"],
  },
  {
    fault: "emoji count as one column",
    file: "lib/console/screen/columns.ts",
    from: "return Math.max(1, unicodeWidth(character));",
    to: "return Math.min(1, unicodeWidth(character));",
    tests: SCREEN,
  },
  {
    fault: "what some terminals show in two columns counts as one",
    file: "lib/console/screen/columns.ts",
    from: "if (SOMETIMES_WIDE.test(character)) return 2;",
    to: "if (SOMETIMES_WIDE.test(character)) return 1;",
    tests: SCREEN,
  },
  {
    fault: "the terminal breaks a row that is too long for it",
    file: "lib/console/screen/rows_output.ts",
    from: String.raw`const NO_WRAP = "\x1b[?7l";`,
    to: `const NO_WRAP = "";`,
    tests: SCREEN,
  },
  {
    fault: "the rows of a message after the first begin with spaces",
    file: "lib/console/screen/event_rows.ts",
    from: `CONTINUATION_MARK = "│"`,
    to: `CONTINUATION_MARK = " "`,
    tests: FORGERY,
  },
  {
    fault: "a client that reads a pipe lets a terminal break its lines",
    file: "lib/console/run.ts",
    from: "if (!Deno.stdout.isTerminal()) return textWriter(print);",
    to: "if (!json) return textWriter(print);",
    tests: FORGERY,
  },
  {
    fault: "a client that reads a pipe does not fold messages at a terminal",
    file: "lib/console/run.ts",
    from: "write(folding.fold(event));",
    to: "write(event);",
    tests: FORGERY,
  },
  {
    fault: "a message with many lines is shown whole",
    file: "lib/console/folding.ts",
    from: "whole: { lines: 20, chars: 2000 }",
    to: "whole: { lines: 2000, chars: 2000 }",
    tests: FOLDING,
  },
  {
    fault: "a message with many characters is shown whole",
    file: "lib/console/folding.ts",
    from: "whole: { lines: 20, chars: 2000 }",
    to: "whole: { lines: 20, chars: 200_000 }",
    tests: FOLDING,
  },
  {
    fault: "long messages are not folded at a terminal",
    file: "lib/console/run.ts",
    from: "terminal.write(folding.fold(event))",
    to: "terminal.write(event)",
    tests: ["tests/e2e/terminal_test.ts"],
  },
  {
    fault: "what is repeated is told each time",
    file: "lib/console/repetitions.ts",
    from: "burst: 10",
    to: "burst: 10_000",
    tests: REPETITIONS,
  },
  {
    fault: "a long reason fills the screen",
    file: "lib/console/screen/event_rows.ts",
    from: "...wrap(shorten(line), width, prefix(2)),",
    to: "...wrap(line, width, prefix(2)),",
    tests: ["tests/console/screen/event_rows_test.ts"],
  },
  {
    fault: "the console does not sum up what is repeated",
    file: "lib/console/run.ts",
    from: "observed(options, summed.write)",
    to: "observed(options, sink)",
    tests: FLOOD,
  },
  {
    fault: "a conversation that is held back is not told before its messages",
    file: "lib/console/repetitions.ts",
    from: `this.#tell(key("connected", event.from.name));`,
    to: "",
    tests: REPETITIONS,
  },
  {
    fault: "each PING is answered, whether or not the peer reads",
    file: "lib/peer/conversation/peer_link.ts",
    from: "this.#ponging.run();",
    to: "this.#trySend(encodePong());",
    tests: FLOOD,
  },
  {
    fault: "a connection that is always readable starves the others",
    file: "lib/net/wire.ts",
    from: "if (this.#readInTurn >= TURN_BYTES) await this.#yield();",
    to: "",
    tests: ["tests/net/wire_test.ts"],
  },
  {
    fault: "marks that enclose a character are not counted",
    file: "lib/console/sanitize.ts",
    from: String.raw`[\p{Mn}\p{Me}]--`,
    to: String.raw`[\p{Mn}]--`,
    tests: SANITIZE,
  },
  {
    fault: "an item of a list takes any number of rows",
    file: "lib/console/screen/event_rows.ts",
    from: "wrap(`  ${shorten(item)}`",
    to: "wrap(`  ${item}`",
    tests: SCREEN,
  },
  {
    fault: "a message's text is printed as it came",
    file: "lib/console/screen/event_rows.ts",
    from: "sanitizeLines(text).flatMap(",
    to: String.raw`text.split(/\r?\n/).flatMap(`,
    tests: SCREEN,
  },
];
