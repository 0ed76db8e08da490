import { runProgram, UsageError } from "../../program.ts";

/** A program that fails in the way that its argument names. */
await runProgram({
  name: "failing",
  main: async ([how]) => {
    if (how === "usage") throw new UsageError("unknown option --bad");
    if (how === "configuration") throw new RangeError("the file is damaged");
    if (how === "bug") throw new TypeError("not a function");
    if (how === "rejection") Promise.reject(new TypeError("not awaited"));
    if (how === "timer") setTimeout(() => fail());
    await new Promise((resolve) => setTimeout(resolve, 1000));
  },
  userErrors: [RangeError],
});

function fail(): never {
  throw new TypeError("in a callback");
}
