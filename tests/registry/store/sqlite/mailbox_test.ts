import { assertEquals } from "@std/assert";
import { LETTER_TTL_S } from "../../../../lib/protocol/mod.ts";
import {
  type EmbeddedStore,
  openEmbeddedStore,
} from "../../../../lib/registry/mod.ts";
import { TempFolder } from "../../../support/temp_folder.ts";
import { at } from "../../../support/at.ts";

const NOW = 1_800_000_000;
const bytes = (text: string) => new TextEncoder().encode(text);
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
    store.mailbox.deposit("A", bytes("one"), NOW);
    const { number } = at(store.mailbox.collect("A", {}, NOW), 0);
    numbers.push(number);
    store.mailbox.drop("A", number);
  }
  assertEquals(new Set(numbers).size, 3);
  assertEquals(numbers, numbers.toSorted((a, b) => a - b));
});

Deno.test("sweeping removes expired letters and no others", () => {
  using store = openEmbeddedStore(":memory:");
  const { mailbox } = store;
  for (let n = 0; n < 250; n++) mailbox.deposit("A", bytes("x"), NOW);
  mailbox.deposit("A", bytes("y"), NOW + 1);
  for (let step = 0; step < 3; step++) mailbox.sweep(NOW + LETTER_TTL_S);
  // At an earlier time they would be handed out if they were still there.
  assertEquals(collected(mailbox, "A", NOW), ["y"]);
});
