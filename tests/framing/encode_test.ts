import { assertEquals, assertThrows } from "@std/assert";
import {
  ControlCharacterError,
  encodeMessage,
  HeaderBlockTooLargeError,
  MalformedMessageError,
  Message,
  TooManyHeadersError,
} from "../../lib/framing/mod.ts";

function encoded(message: Message): string {
  return new TextDecoder().decode(encodeMessage(message));
}

Deno.test("a message is a start line, headers, an empty line and the body", () => {
  assertEquals(
    encoded(new Message("MSG", [["Seq", "1"], ["target", ""]], "é\n")),
    "MSG\r\nSeq: 1\r\ntarget: \r\nContent-Length: 3\r\n\r\né\n",
  );
});

Deno.test("a value cannot smuggle in another header", () => {
  for (const value of ["a\r\nPort: 1", "a\n", "\0", "\u0085"]) {
    assertThrows(
      () => encodeMessage(new Message("X", [["A", value]])),
      ControlCharacterError,
    );
  }
});

Deno.test("a method or name that could not be read is not written", () => {
  for (const word of ["", "two words", "a:b", "é", "\n"]) {
    assertThrows(() => encodeMessage(new Message(word)), MalformedMessageError);
    assertThrows(
      () => encodeMessage(new Message("X", [[word, "1"]])),
      MalformedMessageError,
    );
  }
});

Deno.test("a header block that no reader accepts is not written", () => {
  const many = Array.from({ length: 65 }, () => ["A", "1"] as const);
  assertThrows(
    () => encodeMessage(new Message("X", many)),
    TooManyHeadersError,
  );
  assertThrows(
    () => encodeMessage(new Message("X", [["A", "v".repeat(8192)]])),
    HeaderBlockTooLargeError,
  );
});
