import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { Folding } from "../../lib/console/folding.ts";
import { type Incoming, PeerError } from "../../lib/peer/mod.ts";

const from = { name: "eve", protection: "pinned" } as const;

/** The text of a message of eve, as it is shown. */
function folded(folding: Folding, text: string): string {
  const event = folding.fold({ type: "message", from, text });
  assert(event.type === "message");
  return event.text;
}

/** Lines that are numbered from 1. */
function lines(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `line ${n + 1}`);
}

Deno.test("a message of up to 20 lines and 2,000 characters is shown whole", () => {
  const folding = new Folding();
  for (const text of ["", "hi", lines(20).join("\n"), "x".repeat(2000)]) {
    assertEquals(folded(folding, text), text);
  }
  assertThrows(() => folding.show(), PeerError, "no message was folded");
});

Deno.test("a message with more lines is shown to the tenth, and says how many follow", () => {
  const folding = new Folding();
  const shown = folded(folding, lines(21).join("\n"));
  assertEquals(shown, [...lines(10), "… 11 more lines: /show 1"].join("\n"));
  assertEquals(
    folded(folding, "\n".repeat(65_534)),
    "\n".repeat(10) + "… 65,525 more lines: /show 2",
  );
});

Deno.test("a message with more characters is shown to the thousandth", () => {
  const folding = new Folding();
  assertEquals(
    folded(folding, "x".repeat(2001)),
    "x".repeat(1000) + "\n… 1,001 more characters: /show 1",
  );
  // Not within a character of two code units, and as the screen shows it.
  assertEquals(
    folded(folding, `x${"😀".repeat(1000)}`).split("\n")[0],
    `x${"😀".repeat(499)}`,
  );
  assertEquals(
    folded(folding, "\u202e".repeat(300)).split("\n")[0],
    "<U+202E>".repeat(125),
  );
});

Deno.test("/show shows the rest page by page, then all from the start", () => {
  const folding = new Folding();
  const all = lines(250);
  folded(folding, all.join("\n"));
  const show = () => folding.show(1);
  assertEquals(show(), {
    type: "shown",
    number: 1,
    speaker: "eve> ",
    text: [...all.slice(10, 110), "… 140 more lines: /show 1"].join("\n"),
  });
  assertEquals(
    show().text,
    [...all.slice(110, 210), "… 40 more lines: /show 1"].join("\n"),
  );
  assertEquals(show().text, all.slice(210).join("\n"));
  assert(show().text.startsWith("line 1\n"));
});

Deno.test("/show names a message by its number, and takes the last one by default", () => {
  const folding = new Folding();
  for (const each of ["a", "b"]) folded(folding, each.repeat(3000));
  assertEquals(folding.show().text, "b".repeat(2000));
  assertEquals(folding.show(1).text, "a".repeat(2000));
  for (const number of [0, 3, NaN]) {
    assertThrows(() => folding.show(number), PeerError, "no folded message");
  }
});

Deno.test("the last 100 folded messages are kept", () => {
  const folding = new Folding();
  for (let n = 1; n <= 101; n++) folded(folding, `${n} `.repeat(2000));
  assertThrows(() => folding.show(1), PeerError, "the last 100 are kept");
  assert(folding.show(2).text.startsWith("2 "));
});

Deno.test("a long message in a list is cut in its line, and shown from its start", () => {
  const folding = new Folding();
  const text = lines(300).join("\n");
  const message: Incoming = {
    direction: "in",
    id: "01M86BV9B5K63MJ7WZW52Z0Y29",
    peer: "eve",
    text,
    time: 0,
  };
  const list = folding.fold({
    type: "history",
    messages: [message, { ...message, text: "hi" }],
  });
  assert(list.type === "history");
  const [long, short] = list.messages;
  assertEquals(short?.text, "hi");
  assertLess(long?.text.length ?? Infinity, 450);
  assert(long?.text.startsWith("line 1␊line 2␊"));
  assert(long?.text.endsWith(" more characters: /show 1"));
  assert(folding.show(1).text.startsWith("line 1\nline 2\n"));
  assertEquals(folding.show(1).speaker, "eve> ");
});
