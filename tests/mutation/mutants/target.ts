import type { Mutant } from "../mutant.ts";

const SELECTION = ["tests/console/target_selection_test.ts"];
const SESSION = ["tests/console/session_test.ts"];
const SCREEN = ["tests/console/screen/terminal_test.ts"];
const TERMINAL = ["tests/e2e/target_test.ts"];

/** Faults of what has a message go where the prompt says. */
export const TARGET: readonly Mutant[] = [
  {
    fault: "whoever calls or writes becomes the target",
    file: "lib/console/target_selection.ts",
    from: "if (!this.#hasBegun) this.select(name);",
    to: "this.select(name);",
    tests: SELECTION,
  },
  {
    fault: "the target follows the caller after its conversation has ended",
    file: "lib/console/target_selection.ts",
    from: "if (!this.#hasBegun) this.select(name);",
    to: "if (this.#selected.name === undefined) this.select(name);",
    tests: SELECTION,
  },
  {
    fault: "an ended conversation in plaintext stays the target",
    file: "lib/console/target_selection.ts",
    from: `if (protection !== "unencrypted") return;`,
    to: "return;",
    tests: SELECTION,
  },
  {
    fault:
      "a line that is being typed goes to another conversation of the name",
    file: "lib/console/target_selection.ts",
    from: "[this.#selected, ...this.#held].filter(",
    to: "[this.#selected].filter(",
    tests: SELECTION,
  },
  {
    fault: "a line goes to the target of when it is executed",
    file: "lib/console/session.ts",
    from: "this.#execute(line, target ?? this.#selection.current)",
    to: "this.#execute(line, this.#selection.current)",
    tests: SESSION,
  },
  {
    fault: "a line goes to the target of when Enter is pressed",
    file: "lib/console/screen/terminal.ts",
    from: "const target = this.#target ?? session.holdTarget();",
    to: "const target = session.holdTarget();",
    tests: SCREEN,
  },
  {
    fault: "the prompt changes while a line is being typed",
    file: "lib/console/screen/terminal.ts",
    from: "if (target === undefined || editor.isEmpty) {",
    to: "if (target === undefined || editor !== undefined) {",
    tests: SCREEN,
  },
  {
    fault: "the prompt of an empty line shows an old target",
    file: "lib/console/screen/terminal.ts",
    from: "if (target === undefined || editor.isEmpty) {",
    to: "if (target === undefined) {",
    tests: SCREEN,
  },
  {
    fault: "a line that is refused is lost",
    file: "lib/console/screen/terminal.ts",
    from: "if (isRefused && this.#editor?.restore(line)) this.#hold(target);",
    to: "if (isRefused && this.#editor === undefined) this.#hold(target);",
    tests: TERMINAL,
  },
  {
    fault: "a line that is refused and put back goes to another target",
    file: "lib/console/screen/terminal.ts",
    from: "if (isRefused && this.#editor?.restore(line)) this.#hold(target);",
    to: "if (isRefused) this.#editor?.restore(line);",
    tests: SCREEN,
  },
  {
    fault: "what is typed after a command does not wait for it",
    file: "lib/console/screen/terminal_input.ts",
    from: "await this.#executed();",
    to: "void this.#executed();",
    tests: TERMINAL,
  },
];
