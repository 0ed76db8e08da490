import { runProgram, UsageError } from "../../program.ts";

/** A program that fails in the way that its argument names. */
await runProgram({
  name: "broken",
  main: async ([how]) => {
    if (how === "usage") throw new UsageError("say it otherwise");
    if (how === "mistake") throw new RangeError("that is too much");
    if (how === "bug") throw new TypeError("not a function");
    if (how === "forgotten") Promise.reject(new TypeError("nobody waits"));
    if (how === "later") setTimeout(() => fail());
    await new Promise((resolve) => setTimeout(resolve, 1000));
  },
  userErrors: [RangeError],
});

function fail(): never {
  throw new TypeError("out of the blue");
}
