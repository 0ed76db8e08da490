import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import {
  RecordError,
  type SecureWire,
  TruncatedStreamError,
} from "../../../lib/secure/mod.ts";
import { Aead } from "../../../lib/secure/noise/aead.ts";
import {
  alice,
  bob,
  openSecureWires,
  readAll,
} from "../../support/secure_wires.ts";
import { concat, utf8 } from "../../support/bytes.ts";
import { MemoryWire, Pipe } from "../../support/memory_wire.ts";
import { memoryWirePair } from "../../support/memory_wire_pair.ts";
import { firstEnd, freshKeys, recordsOf, secondEnd } from "./records.ts";
import { TcpPair } from "../../support/tcp_pair.ts";
import { at } from "../../support/at.ts";

const MAX_PLAINTEXT_BYTES = 65519;

function random(length: number): Uint8Array {
  const whole = new Uint8Array(length);
  for (let at = 0; at < length; at += 65536) {
    crypto.getRandomValues(whole.subarray(at, at + 65536));
  }
  return whole;
}

/** Reads exactly so many bytes. */
async function readLength(
  wire: SecureWire,
  length: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let got = 0; got < length;) {
    const part = await wire.read();
    if (part === undefined) throw new Error("too few bytes came");
    parts.push(part.slice());
    got += part.length;
  }
  return concat(parts);
}

/** The lengths of the records in what was written, their own two bytes aside. */
async function recordLengths(pipe: Pipe): Promise<number[]> {
  pipe.end();
  const parts: Uint8Array[] = [];
  for (let part; (part = await pipe.take());) parts.push(part);
  const stream = concat(parts);
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  const lengths: number[] = [];
  for (let start = 0; start < stream.length;) {
    const length = view.getUint16(start);
    lengths.push(length);
    start += 2 + length;
  }
  return lengths;
}

Deno.test("both ends know each other's key, and name the connection alike", async () => {
  using pair = await TcpPair.open();
  const [a, b] = await openSecureWires(pair.wires);
  assertEquals(a.remoteKey, bob.publicKey);
  assertEquals(b.remoteKey, alice.publicKey);
  assertEquals(a.sessionHash, b.sessionHash);
  using other = await TcpPair.open();
  const [c] = await openSecureWires(other.wires);
  assertNotEquals(c.sessionHash, a.sessionHash);
});

Deno.test("bytes arrive over TCP as they were written, both ways at once, and then the end", async () => {
  using pair = await TcpPair.open();
  const ends = await openSecureWires(pair.wires);
  const [forth, back] = [random(1_000_000), random(700_001)];
  const said = ends.map(async (end, i) => {
    const text = i === 0 ? forth : back;
    for (let start = 0; start < text.length; start += 77_777) {
      await end.write(text.subarray(start, start + 77_777));
    }
    await end.closeWrite();
  });
  const heard = await Promise.all(ends.map(readAll));
  await Promise.all(said);
  assertEquals(heard, [{ bytes: back }, { bytes: forth }]);
});

Deno.test("a long write is split into records of at most 65,535 bytes", async () => {
  const out = new Pipe();
  const keys = freshKeys();
  const wire = firstEnd(new MemoryWire(new Pipe(), out), keys);
  await wire.write(random(2 * MAX_PLAINTEXT_BYTES + 1));
  await wire.write(random(MAX_PLAINTEXT_BYTES));
  assertEquals(await recordLengths(out), [65535, 65535, 17, 65535]);
});

Deno.test("writes that do not wait for each other keep their order and share records", async () => {
  const [there, here] = memoryWirePair();
  const keys = freshKeys();
  const [a, b] = [firstEnd(there, keys), secondEnd(here, keys)];
  const texts = Array.from({ length: 500 }, (_, i) => random(i % 97 + 1));
  await Promise.all(texts.map((text) => a.write(text)));
  await a.closeWrite();
  const heard = await readAll(b);
  assertEquals(heard, { bytes: concat(texts) });

  const out = new Pipe();
  const c = firstEnd(new MemoryWire(new Pipe(), out), keys);
  await Promise.all(texts.map((text) => c.write(text)));
  const lengths = await recordLengths(out);
  assert(lengths.length < 5, `${lengths.length} records`);
});

Deno.test("to write nothing writes nothing, and waits for what was written before", async () => {
  const out = new Pipe();
  const wire = firstEnd(new MemoryWire(new Pipe(), out), freshKeys());
  const order: string[] = [];
  await Promise.all([
    wire.write(utf8("x")).then(() => order.push("x")),
    wire.write(new Uint8Array(0)).then(() => order.push("nothing")),
  ]);
  await wire.write(new Uint8Array(0));
  assertEquals(order, ["x", "nothing"]);
  assertEquals(await recordLengths(out), [17]);
});

Deno.test("70,000 records each way arrive across the change of keys", async () => {
  const [there, here] = memoryWirePair();
  const keys = freshKeys();
  const [a, b] = [firstEnd(there, keys), secondEnd(here, keys)];
  const count = 70_000;
  const ways = [[a, b], [b, a]] as const;
  await Promise.all(ways.map(async ([end, other], side) => {
    for (let i = 0; i < count; i++) {
      await end.write(Uint8Array.of(side, i >> 8, i & 255));
      const [from, high = 0, low = 0] = await readLength(other, 3);
      if (from !== side || (high << 8 | low) !== (i & 0xffff)) {
        throw new Error(`record ${i} is not what was written`);
      }
    }
  }));
});

Deno.test("the 65,537th record is sealed under the next key, its nonce counting on", async () => {
  const keys = freshKeys();
  const out = new Pipe();
  const wire = firstEnd(new MemoryWire(new Pipe(), out), keys);
  const records: Uint8Array[] = [];
  for (let i = 0; i <= 65536; i++) {
    await wire.write(Uint8Array.of(i & 255));
    const record = await out.take();
    if (record !== undefined && i >= 65535) records.push(record.subarray(2));
  }
  const none = new Uint8Array(0);
  const nonce = (count: number) => {
    const bytes = new Uint8Array(12);
    new DataView(bytes.buffer).setUint32(4, count, true);
    return bytes;
  };
  const first = new Aead(keys.forth);
  assertEquals(
    first.open(nonce(65535), none, at(records, 0)),
    Uint8Array.of(255),
  );
  // Noise, section 4.2: what zeros become under the largest nonce.
  const next = new Uint8Array(48);
  const largest = new Uint8Array(12).fill(255, 4);
  first.seal(largest, none, new Uint8Array(32), next);
  const second = new Aead(next.subarray(0, 32));
  assertEquals(first.open(nonce(65536), none, at(records, 1)), undefined);
  assertEquals(
    second.open(nonce(65536), none, at(records, 1)),
    Uint8Array.of(0),
  );
});

Deno.test("after closeWrite nothing can be written, and reading goes on", async () => {
  using pair = await TcpPair.open();
  const [a, b] = await openSecureWires(pair.wires);
  await a.write(utf8("last"));
  await Promise.all([a.closeWrite(), a.closeWrite()]);
  await assertRejects(() => a.write(utf8("x")), Deno.errors.BrokenPipe);
  assertEquals(await readAll(b), { bytes: utf8("last") });
  assertEquals(await b.read(), undefined);
  await b.write(utf8("answer"));
  await b.closeWrite();
  assertEquals(await readAll(a), { bytes: utf8("answer") });
});

Deno.test("an end that wrote nothing can say that it is done", async () => {
  using pair = await TcpPair.open();
  const [a, b] = await openSecureWires(pair.wires);
  await Promise.all([a.closeWrite(), b.closeWrite()]);
  assertEquals(await a.read(), undefined);
  assertEquals(await b.read(), undefined);
});

Deno.test("what was still waiting goes out before closeWrite does", async () => {
  using pair = await TcpPair.open();
  const [a, b] = await openSecureWires(pair.wires);
  const texts = Array.from({ length: 40 }, () => random(50_000));
  const said = texts.map((text) => a.write(text));
  said.push(a.closeWrite());
  assertEquals(await readAll(b), { bytes: concat(texts) });
  await Promise.all(said);
});

Deno.test("a connection that ends without closeWrite is reported as cut", async () => {
  for (const cut of ["close", "closeWrite"] as const) {
    using pair = await TcpPair.open();
    const [a, b] = await openSecureWires(pair.wires);
    await a.write(utf8("some"));
    await pair.wires[0][cut]();
    const { bytes: heard, error } = await readAll(b);
    assertEquals(heard, utf8("some"));
    assertInstanceOf(error, TruncatedStreamError);
    assertEquals(await b.read().catch((again) => again), error);
  }
});

Deno.test("closing ends a read and a closed end neither reads nor writes", async () => {
  using pair = await TcpPair.open();
  const [a, b] = await openSecureWires(pair.wires);
  const read = a.read().catch((error) => error);
  a.close();
  a.close();
  assertInstanceOf(await read, Error);
  for (
    const attempt of [
      () => a.read(),
      () => a.write(utf8("x")),
      () => a.closeWrite(),
    ]
  ) await assertRejects(attempt, Deno.errors.BadResource);
  await assertRejects(() => b.read(), TruncatedStreamError);
});

/** How many of some writes were done before the first that failed; no later one was. */
async function doneBefore(writes: Promise<void>[]): Promise<number> {
  const outcomes = (await Promise.allSettled(writes)).map((it) => it.status);
  const done = outcomes.indexOf("rejected");
  assert(done >= 0, "all writes were done");
  assertEquals(outcomes.slice(done).includes("fulfilled"), false);
  return done;
}

Deno.test("all writes that wait fail when the other end goes, and all later ones", async () => {
  using pair = await TcpPair.open();
  const [a, b] = await openSecureWires(pair.wires);
  const text = random(1_000_000);
  const writes = Array.from({ length: 100 }, () => a.write(text));
  await b.read();
  b.close();
  await doneBefore(writes);
  const failure = await a.write(text).catch((error) => error);
  assertInstanceOf(failure, Error);
  assertEquals(await a.closeWrite().catch((error) => error), failure);
});

Deno.test("all writes that wait fail when this end closes", async () => {
  using pair = await TcpPair.open();
  const [a, b] = await openSecureWires(pair.wires);
  const text = random(1_000_000);
  const writes = Array.from({ length: 100 }, () => a.write(text));
  const ending = a.closeWrite().catch((error) => error);
  await b.read();
  a.close();
  await doneBefore(writes);
  assertInstanceOf(await ending, Error);
});

Deno.test("an altered byte on the way over TCP closes the connection", async () => {
  const keys = freshKeys();
  const records = await recordsOf(keys, [utf8("a"), utf8("b")]);
  for (const [i, record] of records.entries()) {
    using pair = await TcpPair.open();
    const altered = concat(records.toSpliced(
      i,
      1,
      record.map((byte, at) => at === 10 ? byte ^ 4 : byte),
    ));
    await pair.wires[0].write(altered);
    const wire = secondEnd(pair.wires[1], keys);
    const { bytes: heard, error } = await readAll(wire);
    assertEquals(heard, utf8("ab".slice(0, i)));
    assertInstanceOf(error, RecordError);
    assertEquals(await pair.wires[0].read().catch(() => undefined), undefined);
  }
});
