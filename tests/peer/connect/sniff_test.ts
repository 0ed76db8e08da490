import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Wire } from "../../../lib/net/mod.ts";
import { sniffProtocol } from "../../../lib/peer/connect/sniff.ts";
import { MemoryWire, Pipe } from "../../support/memory_wire.ts";

const HELLO = "HELLO\r\nVersion: 1\r\n\r\n";
/** Long enough for what is there already, in ms. */
const LONG = 10_000;
const SHORT = 20;

/** A caller that sends these pieces; and then no more, or nothing yet. */
function caller(pieces: readonly string[], ended = true) {
  const from = new Pipe();
  for (const piece of pieces) from.push(new TextEncoder().encode(piece));
  if (ended) from.end();
  return { wire: new MemoryWire(from, new Pipe()), from };
}

/** What a wire gives, as text, until it ends. */
async function rest(wire: Wire): Promise<string> {
  let text = "";
  for (let bytes; (bytes = await wire.read()) !== undefined;) {
    text += new TextDecoder().decode(bytes);
  }
  return text;
}

Deno.test("a HELLO is known however it is cut, and what is behind it kept", async () => {
  const sent = HELLO + "\0\x20behind";
  for (let at = 1; at < sent.length; at++) {
    const { wire } = caller([sent.slice(0, at), sent.slice(at)]);
    const opening = await sniffProtocol(wire, LONG);
    assert(opening.mode === "secure", opening.mode);
    const kept = new TextDecoder().decode(opening.rest);
    assertEquals(kept + await rest(wire), "\0\x20behind");
  }
});

Deno.test("anything else is plain, and is read once more from its first byte", async () => {
  const texts = [
    "hi",
    "HELL",
    "HELP me",
    "hello\r\nVersion: 1\r\n\r\n",
    "\r\n",
  ];
  for (const text of texts) {
    for (let at = 0; at < text.length; at++) {
      const pieces = [text.slice(0, at), text.slice(at)].filter((p) => p);
      const { wire } = caller([...pieces, " and more"]);
      const opening = await sniffProtocol(wire, LONG);
      assert(opening.mode === "plain", `${text}: ${opening.mode}`);
      assertEquals(await rest(opening.wire), `${text} and more`);
    }
  }
});

Deno.test("whoever begins a HELLO and does not go on is plain when its time is over", async () => {
  const { wire, from } = caller(["HELLO\r\nVer"], false);
  const opening = await sniffProtocol(wire, SHORT);
  assert(opening.mode === "plain", opening.mode);
  from.push(new TextEncoder().encode("sion"));
  from.end();
  assertEquals(await rest(opening.wire), "HELLO\r\nVersion");
});

Deno.test("whoever says nothing is silent, and may still say something", async () => {
  const { wire, from } = caller([], false);
  const opening = await sniffProtocol(wire, SHORT);
  assert(opening.mode === "silent", opening.mode);
  from.push(new TextEncoder().encode("late"));
  from.end();
  assertEquals(await rest(opening.wire), "late");
  const gone = await sniffProtocol(caller([]).wire, LONG);
  assertEquals(gone.mode, "silent");
});

const WRONG: [hello: string, code: number][] = [
  ["HELLO\r\nVersion: 2\r\n\r\n", 505],
  ["HELLO\r\n\r\n", 505],
  ["HELLO\r\nVersion: 1\r\nMore: 1\r\n\r\n", 400],
  ["HELLO\r\nVersion: 1\r\nContent-Length: 1\r\n\r\nx", 400],
  ["HELLO\r\nno header\r\n\r\n", 400],
  [`HELLO\r\nA: ${"a".repeat(9000)}`, 431],
  ["HELLO\r\nContent-Length: 65537\r\n\r\n", 413],
  ["HELLOS\r\n\r\n", 400],
];

Deno.test("a HELLO that is wrong is told by what code, however it is cut", async () => {
  for (const [hello, code] of WRONG) {
    for (let at = 1; at < hello.length; at += 1 + (hello.length >> 6)) {
      const { wire } = caller([hello.slice(0, at), hello.slice(at)]);
      const opening = await sniffProtocol(wire, LONG);
      assert(opening.mode === "malformed", `${hello}: ${opening.mode}`);
      assertEquals([opening.error.code, opening.error.reason.includes("\n")], [
        code,
        false,
      ]);
    }
  }
});

Deno.test("a connection that breaks is not taken for a caller", async () => {
  const { wire } = caller(["HEL"], false);
  const looking = sniffProtocol(wire, LONG);
  wire.close();
  await assertRejects(() => looking, Deno.errors.BadResource);
});
