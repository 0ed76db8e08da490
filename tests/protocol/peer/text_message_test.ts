import { assertEquals } from "@std/assert";
import { Message } from "../../../lib/framing/mod.ts";
import { decodeText } from "../../../lib/protocol/mod.ts";

Deno.test("a text with a NUL that arrives is kept to its end", () => {
  const message = new Message("MSG", [
    ["ID", "01ARZ3NDEKTSV4RRFFQ69G5FAV"],
    ["Time", new Date(0).toISOString()],
  ], "a\0b");
  assertEquals(decodeText(message).text, "a\uFFFDb");
});
