import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Wire } from "../../../lib/net/mod.ts";
import { LinkBrokenError } from "../../../lib/peer/errors.ts";
import { PacedWriter } from "../../../lib/peer/plain/paced_writer.ts";
import { bytesOf } from "./read_pieces.ts";

/** A timer may end a moment before its time by another clock. */
const TOLERANCE_MS = 2;

/** A wire that notes what is written when. */
class RecordingWire implements Wire {
  readonly remote = { host: "127.0.0.1", port: 1 };
  readonly writes: { text: string; atMs: number }[] = [];

  write(bytes: Uint8Array): Promise<void> {
    const text = new TextDecoder().decode(bytes);
    this.writes.push({ text, atMs: performance.now() });
    return Promise.resolve();
  }

  read(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}

Deno.test("writes are in order and as far apart as they should be", async () => {
  const paceMs = 30;
  const wire = new RecordingWire();
  const writer = new PacedWriter(wire, paceMs);
  const texts = ["CHAT", "a", "b", "QUIT"];
  await Promise.all(texts.map((text) => writer.write(bytesOf(text), true)));
  assertEquals(wire.writes.map(({ text }) => text), texts);
  let before = -Infinity;
  for (const { atMs } of wire.writes) {
    assert(atMs - before >= paceMs - TOLERANCE_MS, `${atMs - before} ms apart`);
    before = atMs;
  }
});

Deno.test("a write is done only when it is written", async () => {
  const wire = new RecordingWire();
  const writer = new PacedWriter(wire, 30);
  for (const text of ["a", "b"]) {
    await writer.write(bytesOf(text), true);
    assertEquals(wire.writes.at(-1)?.text, text);
  }
});

Deno.test("a write without a pace does not wait", async () => {
  const wire = new RecordingWire();
  const writer = new PacedWriter(wire, 60 * 60 * 1000);
  await writer.write(bytesOf("a"), true);
  await writer.write(bytesOf("b"), false);
  assertEquals(wire.writes.map(({ text }) => text), ["a", "b"]);
});

Deno.test("closing ends the writes that wait", async () => {
  const wire = new RecordingWire();
  const writer = new PacedWriter(wire, 60 * 60 * 1000);
  await writer.write(bytesOf("a"), true);
  const waiting = ["b", "c"].map((text) =>
    assertRejects(() => writer.write(bytesOf(text), true), LinkBrokenError)
  );
  writer.close();
  await Promise.all(waiting);
  assertEquals(wire.writes.map(({ text }) => text), ["a"]);
});
