import { assert, assertEquals, assertThrows } from "@std/assert";
import { RegistryError } from "../../../lib/registry/errors.ts";
import {
  LETTER_TTL_S,
  MAX_LETTER_BYTES,
  MAX_LETTERS,
  MAX_MAILBOX_BYTES,
} from "../../../lib/protocol/mod.ts";
import type { Mailbox } from "../../../lib/registry/store/mailbox.ts";
import { openState } from "../../../lib/registry/store/state.ts";
import { TempFolder } from "../../support/temp_folder.ts";
import { at } from "../../support/at.ts";

const NOW = 1_800_000_000;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function collected(mailbox: Mailbox, key: string, now = NOW): string[] {
  return mailbox.collect(key, {}, now).map(({ sealed }) => text(sealed));
}

Deno.test("letters come out as they went in, in order, to their recipient only", () => {
  using state = openState(":memory:");
  const { mailbox } = state;
  mailbox.deposit("A", bytes("one"), NOW);
  mailbox.deposit("B", bytes("other"), NOW);
  mailbox.deposit("A", bytes("two"), NOW + 1);
  const letters = mailbox.collect("A", {}, NOW + 1);
  assertEquals(letters.map(({ sealed }) => text(sealed)), ["one", "two"]);
  assertEquals(letters.map(({ time }) => time), [NOW, NOW + 1]);
  assert(at(letters, 0).number < at(letters, 1).number);
  assertEquals(collected(mailbox, "C"), []);
});

Deno.test("letters stay until they are dropped", () => {
  using state = openState(":memory:");
  const { mailbox } = state;
  for (const it of ["one", "two", "three"]) {
    mailbox.deposit("A", bytes(it), NOW);
  }
  mailbox.deposit("B", bytes("other"), NOW);
  const letters = mailbox.collect("A", {}, NOW);
  assertEquals(collected(mailbox, "A"), ["one", "two", "three"]);
  mailbox.drop("A", at(letters, 1).number);
  assertEquals(collected(mailbox, "A"), ["three"]);
  assertEquals(collected(mailbox, "B"), ["other"]);
  assertEquals(mailbox.count("A", NOW), 1);
});

Deno.test("a number is not given again, so that dropping twice takes nothing new", () => {
  using temp = new TempFolder();
  const numbers: number[] = [];
  for (let start = 0; start < 3; start++) {
    using state = openState(temp.path);
    state.mailbox.deposit("A", bytes("one"), NOW);
    const { number } = at(state.mailbox.collect("A", {}, NOW), 0);
    numbers.push(number);
    state.mailbox.drop("A", number);
  }
  assertEquals(new Set(numbers).size, 3);
  assertEquals(numbers, numbers.toSorted((a, b) => a - b));
});

Deno.test("letters are handed out in parts: after a number, within a size", () => {
  using state = openState(":memory:");
  const { mailbox } = state;
  const sizes = [100, 200, 700, 5000, 300];
  for (const size of sizes) mailbox.deposit("A", new Uint8Array(size), NOW);
  const parts: number[][] = [];
  for (let after = 0;;) {
    const letters = mailbox.collect("A", { after, maxBytes: 1000 }, NOW);
    if (letters.length === 0) break;
    after = at(letters, -1).number;
    parts.push(letters.map(({ sealed }) => sealed.length));
  }
  assertEquals(parts, [[100, 200, 700], [5000], [300]]);
});

Deno.test("a recipient has room for 1,000 letters, and again once they are dropped", () => {
  using state = openState(":memory:");
  const { mailbox } = state;
  for (let n = 0; n < MAX_LETTERS; n++) mailbox.deposit("A", bytes("x"), NOW);
  const error = assertThrows(
    () => mailbox.deposit("A", bytes("x"), NOW),
    RegistryError,
    "full",
  );
  assertEquals(error.code, 507);
  mailbox.deposit("B", bytes("x"), NOW);
  const { number } = at(mailbox.collect("A", { maxBytes: 1 }, NOW), 0);
  mailbox.drop("A", number);
  mailbox.deposit("A", bytes("x"), NOW);
  assertEquals(mailbox.count("A", NOW), MAX_LETTERS);
});

Deno.test("a recipient has room for 1 MiB of letters", () => {
  using state = openState(":memory:");
  const { mailbox } = state;
  const largest = new Uint8Array(MAX_LETTER_BYTES);
  for (let n = 0; n < MAX_MAILBOX_BYTES / MAX_LETTER_BYTES; n++) {
    mailbox.deposit("A", largest, NOW);
  }
  const error = assertThrows(
    () => mailbox.deposit("A", bytes("x"), NOW),
    RegistryError,
  );
  assertEquals(error.code, 507);
  assertEquals(mailbox.collect("A", {}, NOW).length, 16);
});

Deno.test("a letter over 64 KiB is refused, whoever it is for", () => {
  using state = openState(":memory:");
  const error = assertThrows(
    () => state.mailbox.deposit("A", new Uint8Array(MAX_LETTER_BYTES + 1), NOW),
    RegistryError,
    "65536 bytes, not 65537",
  );
  assertEquals(error.code, 413);
  assertEquals(state.mailbox.count("A", NOW), 0);
});

Deno.test("a letter is handed out for 7 days and makes room after that", () => {
  using state = openState(":memory:");
  const { mailbox } = state;
  mailbox.deposit("A", new Uint8Array(MAX_LETTER_BYTES), NOW);
  for (let n = 1; n < MAX_LETTERS; n++) mailbox.deposit("A", bytes("x"), NOW);
  assertEquals(collected(mailbox, "A", NOW + LETTER_TTL_S - 1).length, 1000);
  assertThrows(() => mailbox.deposit("A", bytes("y"), NOW + LETTER_TTL_S - 1));
  mailbox.deposit("A", bytes("y"), NOW + LETTER_TTL_S);
  assertEquals(collected(mailbox, "A", NOW + LETTER_TTL_S), ["y"]);
  assertEquals(mailbox.count("A", NOW + LETTER_TTL_S), 1);
});

Deno.test("sweeping removes letters whose time is over and no others", () => {
  using state = openState(":memory:");
  const { mailbox } = state;
  for (let n = 0; n < 250; n++) mailbox.deposit("A", bytes("x"), NOW);
  mailbox.deposit("A", bytes("y"), NOW + 1);
  for (let step = 0; step < 3; step++) mailbox.sweep(NOW + LETTER_TTL_S);
  // At an earlier time they would be handed out if they were still there.
  assertEquals(collected(mailbox, "A", NOW), ["y"]);
});
