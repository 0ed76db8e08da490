import process from "node:process";
import { Terminal } from "../../../lib/console/screen/mod.ts";

/** A terminal that is narrower than the program thinks it is. */
Object.defineProperty(process.stdout, "columns", { value: 200 });
const from = { name: "mallory", protection: "pinned" } as const;
const terminal = new Terminal(false);
for (const text of [`${"x".repeat(71)}bob> forged`, "that was all"]) {
  terminal.write({ type: "message", from, text });
}
