import { assertEquals } from "@std/assert";
import { Message } from "../../../lib/framing/mod.ts";
import { letterOf } from "../../../lib/peer/delivery/codec.ts";

Deno.test("a text with a NUL that arrives is kept to its end", () => {
  const message = new Message("MSG", [
    ["ID", "01ARZ3NDEKTSV4RRFFQ69G5FAV"],
    ["Time", new Date(0).toISOString()],
  ], "a\0b");
  assertEquals(letterOf(message).text, "a\uFFFDb");
});
