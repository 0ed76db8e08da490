import { assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";

// As in cli_test.ts: the package and its stand-in are to be the same here.

async function lines(...chunks: string[]): Promise<string[]> {
  return await Array.fromAsync(
    ReadableStream.from(chunks).pipeThrough(new TextLineStream()),
  );
}

Deno.test("lines end in LF or CRLF, which are not part of them", async () => {
  assertEquals(await lines("one\ntwo\r\n\nfour\n"), ["one", "two", "", "four"]);
});

Deno.test("a line may come in pieces, its end too", async () => {
  assertEquals(await lines("o", "ne\r", "\ntw", "o\n"), ["one", "two"]);
});

Deno.test("what follows the last line end is a line, unless it is empty", async () => {
  assertEquals(await lines("one\ntwo"), ["one", "two"]);
  assertEquals(await lines("one\n"), ["one"]);
  assertEquals(await lines(""), []);
});

Deno.test("a CR alone does not end a line", async () => {
  assertEquals(await lines("one\rtwo\n"), ["one\rtwo"]);
});
