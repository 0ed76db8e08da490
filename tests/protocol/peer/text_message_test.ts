import { assertEquals, assertThrows } from "@std/assert";
import { Message } from "../../../lib/framing/mod.ts";
import {
  decodeText,
  encodeText,
  ProtocolError,
} from "../../../lib/protocol/mod.ts";

Deno.test("a text with a NUL that arrives is kept to its end", () => {
  const message = new Message("MSG", [
    ["ID", "01ARZ3NDEKTSV4RRFFQ69G5FAV"],
    ["Time", new Date(0).toISOString()],
  ], "a\0b");
  assertEquals(decodeText(message).text, "a\uFFFDb");
});

Deno.test("a message names the one before it, or none, and is read as it was written", () => {
  const first = { id: "01ARZ3NDEKTSV4RRFFQ69G5FAV", time: 0, text: "hello" };
  const second = {
    ...first,
    id: "01ARZ3NDEKTSV4RRFFQ69G5FAW",
    previous: first.id,
  };
  for (const message of [first, second]) {
    assertEquals(decodeText(encodeText(message)), message);
    assertEquals(decodeText(encodeText(message, "alice")), message);
  }
  assertEquals(encodeText(first).get("Previous"), undefined);
});

Deno.test("a message that names none before it as its previous is refused", () => {
  const id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
  for (const previous of [id, "01ARZ3NDEKTSV4RRFFQ69G5FAW", "", "1", "x"]) {
    const message = new Message("MSG", [
      ["ID", id],
      ["Previous", previous],
      ["Time", new Date(0).toISOString()],
    ], "hello");
    assertThrows(() => decodeText(message), ProtocolError, "Previous");
  }
});
