import {
  assert,
  assertEquals,
  assertFalse,
  assertGreater,
  assertLess,
  assertLessOrEqual,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  LETTER_TTL_S,
  MAX_LETTER_BYTES,
} from "../../../../lib/protocol/mod.ts";
import {
  type EmbeddedStore,
  MailFullError,
  openEmbeddedStore,
} from "../../../../lib/registry/mod.ts";
import { TempFolder } from "../../../support/temp_folder.ts";
import { at } from "../../../support/at.ts";
import { letterTo } from "../letter.ts";

const MIB = 1024 * 1024;
const NOW = 1_800_000_000;
/** The size of a letter, in bytes. */
const SIZE = fc.oneof(
  fc.integer({ min: 1, max: 500 }),
  fc.integer({ min: 1, max: MAX_LETTER_BYTES }),
);

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function collected(
  mailbox: EmbeddedStore["mailbox"],
  key: string,
  runTimeS = NOW,
): string[] {
  return mailbox.collect(key, {}, runTimeS).map(({ sealed }) => text(sealed));
}

Deno.test("a number is not given again, so that dropping twice takes nothing new", () => {
  using temp = new TempFolder();
  const numbers: number[] = [];
  for (let start = 0; start < 3; start++) {
    using store = openEmbeddedStore(temp.path);
    store.mailbox.deposit(letterTo("A", "one"), NOW);
    const { number } = at(store.mailbox.collect("A", {}, NOW), 0);
    numbers.push(number);
    store.mailbox.drop("A", [number]);
  }
  assertEquals(new Set(numbers).size, 3);
  assertEquals(numbers, numbers.toSorted((a, b) => a - b));
});

Deno.test("sweeping removes expired letters and no others", () => {
  using store = openEmbeddedStore(":memory:");
  const { mailbox } = store;
  for (let n = 0; n < 250; n++) mailbox.deposit(letterTo("A", "x"), NOW);
  mailbox.deposit(letterTo("A", "y"), NOW + 1);
  for (let step = 0; step < 3; step++) mailbox.sweep(NOW + LETTER_TTL_S);
  // At an earlier time they would be handed out if they were still there.
  assertEquals(collected(mailbox, "A", NOW), ["y"]);
});

Deno.test("all letters together take no more than the registry may store, and what is dropped makes room", () => {
  using temp = new TempFolder();
  const maxMailBytes = 1024 * 1024;
  using store = openEmbeddedStore(temp.path, { maxMailBytes });
  const { mailbox } = store;
  const leave = (recipient: string, size: number) => {
    mailbox.deposit(letterTo(recipient, new Uint8Array(size)), NOW);
  };
  for (const size of [1, 300, MAX_LETTER_BYTES]) {
    let count = 0;
    const error = assertThrows(() => {
      for (;; count++) leave(`key ${count}`, size);
    }, MailFullError);
    assertEquals(
      error.message,
      "this registry has no room for more letters: try again later",
    );
    assertEquals(count, Math.floor(maxMailBytes / (size + 512)));
    assertLessOrEqual(mailbox.storedBytes, maxMailBytes);
    assertLessOrEqual(
      Deno.statSync(temp.join("registry.db")).size,
      maxMailBytes * 1.3,
    );
    const dropAll = (key: string) =>
      mailbox.drop(key, mailbox.collect(key, {}, NOW).map((it) => it.number));
    dropAll("key 0");
    leave("key 0", size);
    for (let n = 0; n < count; n++) dropAll(`key ${n}`);
    assertEquals(mailbox.storedBytes, 0);
  }
});

Deno.test("full mailboxes take half of a registry's room, and leave the rest to those with little in them", () => {
  using store = openEmbeddedStore(":memory:", { maxMailBytes: 4 * MIB });
  const { mailbox } = store;
  const letter = (n: number) =>
    letterTo(`key ${n}`, new Uint8Array(1000), "eve");
  assertThrows(() => {
    for (let n = 0;; n++) mailbox.deposit(letter(Math.floor(n / 400)), NOW);
  }, MailFullError);
  assertLessOrEqual(mailbox.storedBytes, 2 * MIB);
  assertGreater(mailbox.storedBytes, 2 * MIB - 2000);
  for (let letters = 0; letters < 44; letters++) {
    mailbox.deposit(letter(-1), NOW);
  }
  assertThrows(() => mailbox.deposit(letter(-1), NOW), MailFullError);
  mailbox.deposit(letter(-2), NOW);
});

Deno.test("what has expired makes room at a registry that is full", () => {
  using store = openEmbeddedStore(":memory:", { maxMailBytes: 10_000 });
  const { mailbox } = store;
  for (let n = 0; n < 10; n++) {
    mailbox.deposit(letterTo(`key ${n}`, new Uint8Array(488)), NOW);
  }
  const letter = letterTo("A", new Uint8Array(488));
  const end = NOW + LETTER_TTL_S;
  assertThrows(() => mailbox.deposit(letter, end - 1), MailFullError);
  mailbox.deposit(letter, end);
});

Deno.test("a letter removes twice its size of what has expired, whatever sizes that has", () => {
  fc.assert(fc.property(
    fc.array(SIZE, { minLength: 1, maxLength: 100 }),
    fc.array(SIZE, { minLength: 1, maxLength: 100 }),
    (before, after) => {
      using store = openEmbeddedStore(":memory:");
      const { mailbox } = store;
      before.forEach((size, n) => {
        mailbox.deposit(letterTo(`key ${n}`, new Uint8Array(size)), NOW);
      });
      let expired = mailbox.storedBytes;
      let fresh = 0;
      after.forEach((size, n) => {
        const letter = letterTo(`key ${n}`, new Uint8Array(size));
        mailbox.deposit(letter, NOW + LETTER_TTL_S);
        fresh += size + 512;
        const left = mailbox.storedBytes - fresh;
        assert(left === 0 || left <= expired - 2 * (size + 512));
        expired = left;
      });
    },
  ));
});

Deno.test("a sweep takes a bounded part of what has expired, and says whether some is left", () => {
  using store = openEmbeddedStore(":memory:");
  const { mailbox } = store;
  for (let n = 0; n < 5000; n++) {
    mailbox.deposit(letterTo(`key ${n % 10}`, "x", `${n % 7}`), NOW);
  }
  const end = NOW + LETTER_TTL_S;
  assertFalse(mailbox.sweep(end - 1));
  const sweeps = [];
  for (let isLeft = true; isLeft;) {
    const before = mailbox.storedBytes;
    isLeft = mailbox.sweep(end);
    sweeps.push(before - mailbox.storedBytes);
  }
  assertEquals(mailbox.storedBytes, 0);
  for (const bytes of sweeps) assertLessOrEqual(bytes, 1024 * 1024 + 513);
  assertEquals(sweeps.length, 3);
});

Deno.test("what letters took is given back to the file system, some at each sweep", () => {
  using temp = new TempFolder();
  using store = openEmbeddedStore(temp.path);
  const { mailbox } = store;
  const size = () => Deno.statSync(temp.join("registry.db")).size;
  for (let n = 0; n < 1000; n++) {
    mailbox.deposit(letterTo(`key ${n}`, new Uint8Array(12_000)), NOW);
  }
  assertGreater(size(), 10 * MIB);
  for (let n = 0; n < 500; n++) {
    const key = `key ${n * 2}`;
    mailbox.drop(key, mailbox.collect(key, {}, NOW).map((it) => it.number));
  }
  const end = NOW + LETTER_TTL_S;
  let before = size();
  for (let isLeft = true; isLeft;) {
    isLeft = mailbox.sweep(end - 1);
    assertGreater(size(), before - 4 * MIB);
    before = size();
  }
  // A quarter stays for the letters to come.
  assertLess(size(), 10 * MIB);
  assertEquals(mailbox.collect("key 1", {}, NOW).length, 1);
  while (mailbox.sweep(end));
  assertLess(size(), 2 * MIB);
});
