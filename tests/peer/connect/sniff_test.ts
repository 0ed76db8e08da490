import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Wire } from "../../../lib/net/mod.ts";
import { sniffProtocol } from "../../../lib/peer/connect/sniff.ts";
import {
  FIRST_MESSAGE,
  HELLO,
  helloWith,
  MALFORMED_HANDSHAKES,
} from "../../support/hello.ts";
import { MemoryWire, Pipe } from "../../support/memory_wire.ts";

/** Long enough for what is there already, in ms. */
const LONG = 10_000;
const SHORT = 20;

/** An inbound wire with these pieces; it ends after them, or is still open. */
function inbound(pieces: readonly string[], ended = true) {
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

Deno.test("a HELLO is recognized wherever it is split, and the bytes after it are kept", async () => {
  const sent = HELLO + "\0\x40behind";
  for (let at = 1; at < sent.length; at++) {
    const { wire } = inbound([sent.slice(0, at), sent.slice(at)]);
    const opening = await sniffProtocol(wire, LONG);
    assert(opening.mode === "secure", opening.mode);
    assertEquals(opening.opening.handshake, FIRST_MESSAGE);
    const kept = new TextDecoder().decode(opening.opening.rest);
    assertEquals(kept + await rest(wire), "\0\x40behind");
  }
});

Deno.test("anything but HELLO is plain, and is read again from its first byte", async () => {
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
      const { wire } = inbound([...pieces, " and more"]);
      const opening = await sniffProtocol(wire, LONG);
      assert(opening.mode === "plain", `${text}: ${opening.mode}`);
      assertEquals(await rest(opening.wire), `${text} and more`);
    }
  }
});

Deno.test("an incomplete HELLO counts as plain after the timeout", async () => {
  const { wire, from } = inbound(["HELLO\r\nVer"], false);
  const opening = await sniffProtocol(wire, SHORT);
  assert(opening.mode === "plain", opening.mode);
  from.push(new TextEncoder().encode("sion"));
  from.end();
  assertEquals(await rest(opening.wire), "HELLO\r\nVersion");
});

Deno.test("a connection without a byte counts as silent after the timeout, and late bytes can still be read", async () => {
  const { wire, from } = inbound([], false);
  const opening = await sniffProtocol(wire, SHORT);
  assert(opening.mode === "silent", opening.mode);
  from.push(new TextEncoder().encode("late"));
  from.end();
  assertEquals(await rest(opening.wire), "late");
  const gone = await sniffProtocol(inbound([]).wire, LONG);
  assertEquals(gone.mode, "silent");
});

const MALFORMED: [hello: string, code: number][] = [
  ["HELLO\r\nVersion: 2\r\n\r\n", 505],
  ["HELLO\r\n\r\n", 505],
  ["HELLO\r\nVersion: 1\r\n\r\n", 400],
  [HELLO.replace("\r\n\r\n", "\r\nMore: 1\r\n\r\n"), 400],
  [HELLO.replace("\r\n\r\n", "\r\nContent-Length: 1\r\n\r\nx"), 400],
  ...MALFORMED_HANDSHAKES.map(([_, handshake]): [string, number] => [
    helloWith(handshake),
    400,
  ]),
  ["HELLO\r\nno header\r\n\r\n", 400],
  [`HELLO\r\nA: ${"a".repeat(9000)}`, 431],
  ["HELLO\r\nContent-Length: 65537\r\n\r\n", 413],
  ["HELLOS\r\n\r\n", 400],
];

Deno.test("a malformed HELLO is mapped to its code, wherever it is split", async () => {
  for (const [hello, code] of MALFORMED) {
    for (let at = 1; at < hello.length; at += 1 + (hello.length >> 6)) {
      const { wire } = inbound([hello.slice(0, at), hello.slice(at)]);
      const opening = await sniffProtocol(wire, LONG);
      assert(opening.mode === "malformed", `${hello}: ${opening.mode}`);
      assertEquals([opening.error.code, opening.error.reason.includes("\n")], [
        code,
        false,
      ]);
    }
  }
});

Deno.test("sniffing a connection that breaks throws", async () => {
  const { wire } = inbound(["HEL"], false);
  const sniffing = sniffProtocol(wire, LONG);
  wire.close();
  await assertRejects(() => sniffing, Deno.errors.BadResource);
});

Deno.test("a HELLO that comes byte by byte has no more time than one that comes at once", async () => {
  const { wire, from } = inbound(["HELLO\r\nVersion: "], false);
  let isOpen = true;
  const sniffed = sniffProtocol(wire, 50).finally(() => isOpen = false);
  let pieces = 0;
  for (; isOpen && pieces < 2000; pieces++) {
    from.push(new TextEncoder().encode("1"));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  from.end();
  assertEquals((await sniffed).mode, "plain");
  assert(pieces < 2000);
});
