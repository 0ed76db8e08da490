import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  LETTER_TTL_S,
  MAX_LETTER_BYTES,
  MAX_LETTERS_PER_MAILBOX,
  MAX_MAILBOX_BYTES,
} from "../../../../lib/protocol/mod.ts";
import {
  LetterTooLargeError,
  type Mailbox,
  MailboxFullError,
  type NewLetter,
} from "../../../../lib/registry/mod.ts";
import { at } from "../../../support/at.ts";
import { letterTo } from "../letter.ts";
import type { StoreCases } from "./cases.ts";

const NOW_S = 1_800_000_000;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function collected(
  mailbox: Mailbox,
  key: string,
  runTimeS = NOW_S,
): Promise<string[]> {
  const letters = await mailbox.collect(key, {}, runTimeS);
  return letters.map(({ sealed }) => text(sealed));
}

/** The error with which a letter is refused. */
async function refusal(
  mailbox: Mailbox,
  letter: NewLetter,
  expected: typeof LetterTooLargeError | typeof MailboxFullError,
  runTimeS = NOW_S,
): Promise<Error> {
  return await assertRejects<Error>(
    async () => await mailbox.deposit(letter, runTimeS),
    expected,
  );
}

/**
 * Has senders fill the mailbox of A, one after the other, each with as many
 * letters as it may, until the first letter of one is refused.
 *
 * @returns How many letters each has left.
 */
async function fill(mailbox: Mailbox, sealed: Uint8Array): Promise<number[]> {
  const counts: number[] = [];
  for (let sender = 1;; sender++) {
    let count = 0;
    try {
      for (;; count++) {
        await mailbox.deposit(letterTo("A", sealed, `${sender}`), NOW_S);
      }
    } catch (error) {
      assert(error instanceof MailboxFullError, String(error));
    }
    if (count === 0) return counts;
    counts.push(count);
  }
}

/** Which letters a mailbox takes, and how long it stores them. */
export const MAILBOX: StoreCases = {
  "letters come out as they went in, in order, to their recipient only": async (
    { mailbox },
  ) => {
    await mailbox.deposit(letterTo("A", "one"), NOW_S);
    await mailbox.deposit(letterTo("B", "other"), NOW_S);
    await mailbox.deposit(letterTo("A", "two"), NOW_S + 1);
    const letters = await mailbox.collect("A", {}, NOW_S + 1);
    assertEquals(letters.map(({ sealed }) => text(sealed)), ["one", "two"]);
    assertEquals(letters.map(({ time }) => time), [NOW_S, NOW_S + 1]);
    assert(at(letters, 0).number < at(letters, 1).number);
    assertEquals(await collected(mailbox, "C"), []);
  },

  "letters stay until they are dropped": async ({ mailbox }) => {
    for (const it of ["one", "two", "three"]) {
      await mailbox.deposit(letterTo("A", it), NOW_S);
    }
    await mailbox.deposit(letterTo("B", "other"), NOW_S);
    const letters = await mailbox.collect("A", {}, NOW_S);
    assertEquals(await collected(mailbox, "A"), ["one", "two", "three"]);
    await mailbox.drop("A", [at(letters, 0).number, at(letters, 2).number]);
    assertEquals(await collected(mailbox, "A"), ["two"]);
    const [others] = await mailbox.collect("B", {}, NOW_S);
    await mailbox.drop("A", [others?.number ?? 0]);
    assertEquals(await collected(mailbox, "B"), ["other"]);
    assertEquals(await mailbox.count("A", NOW_S), 1);
  },

  "a number is not given again, so that dropping twice takes nothing new":
    async (
      { mailbox },
    ) => {
      const numbers: number[] = [];
      for (let n = 0; n < 3; n++) {
        await mailbox.deposit(letterTo("A", "one"), NOW_S);
        const { number } = at(await mailbox.collect("A", {}, NOW_S), 0);
        numbers.push(number);
        await mailbox.drop("A", [number]);
      }
      assertEquals(new Set(numbers).size, 3);
      assertEquals(numbers, numbers.toSorted((a, b) => a - b));
    },

  "letters are handed out in parts: after a number, within a size": async (
    { mailbox },
  ) => {
    for (const size of [100, 200, 700, 5000, 300]) {
      await mailbox.deposit(letterTo("A", new Uint8Array(size)), NOW_S);
    }
    const parts: number[][] = [];
    for (let after = 0;;) {
      const options = { after, maxBytes: 1000 };
      const letters = await mailbox.collect("A", options, NOW_S);
      if (letters.length === 0) break;
      after = at(letters, -1).number;
      parts.push(letters.map(({ sealed }) => sealed.length));
    }
    assertEquals(parts, [[100, 200, 700], [5000], [300]]);
  },

  "a recipient has room for 1,000 letters of all senders, and again once they are dropped":
    async (
      { mailbox },
    ) => {
      await fill(mailbox, new Uint8Array(1));
      assertEquals(await mailbox.count("A", NOW_S), MAX_LETTERS_PER_MAILBOX);
      const another = letterTo("A", "x", "another");
      const error = await refusal(mailbox, another, MailboxFullError);
      assert(error.message.includes("is full"), error.message);
      await mailbox.deposit(letterTo("B", "x"), NOW_S);
      const letters = await mailbox.collect("A", { maxBytes: 1 }, NOW_S);
      await mailbox.drop("A", [at(letters, 0).number]);
      await mailbox.deposit(another, NOW_S);
      assertEquals(await mailbox.count("A", NOW_S), MAX_LETTERS_PER_MAILBOX);
    },

  "a recipient has room for 1 MiB of letters of all senders": async (
    { mailbox },
  ) => {
    const most = MAX_MAILBOX_BYTES / MAX_LETTER_BYTES;
    const counts = await fill(mailbox, new Uint8Array(MAX_LETTER_BYTES));
    assertEquals(counts, [12, 2, 1, 1]);
    await refusal(mailbox, letterTo("A", "x", "another"), MailboxFullError);
    assertEquals((await mailbox.collect("A", {}, NOW_S)).length, most);
  },

  "a letter over 64 KiB is refused for any recipient": async ({ mailbox }) => {
    const letter = letterTo("A", new Uint8Array(MAX_LETTER_BYTES + 1));
    const error = await refusal(mailbox, letter, LetterTooLargeError);
    assert(error.message.includes("65536 bytes, not 65537"), error.message);
    assertEquals(await mailbox.count("A", NOW_S), 0);
  },

  "a letter is handed out for 7 days and makes room after that": async (
    { mailbox },
  ) => {
    const end = NOW_S + LETTER_TTL_S;
    await fill(mailbox, new Uint8Array(1000));
    const full = (await collected(mailbox, "A", end - 1)).length;
    assertEquals(full, MAX_LETTERS_PER_MAILBOX);
    await refusal(mailbox, letterTo("A", "y"), MailboxFullError, end - 1);
    await mailbox.deposit(letterTo("A", "y"), end);
    assertEquals(await collected(mailbox, "A", end), ["y"]);
    assertEquals(await mailbox.count("A", end), 1);
  },

  "sweeping removes no letter that has not expired": async ({ mailbox }) => {
    const end = NOW_S + LETTER_TTL_S;
    for (let n = 0; n < 250; n++) {
      await mailbox.deposit(letterTo("A", "x"), NOW_S);
    }
    await mailbox.deposit(letterTo("A", "y"), NOW_S + 1);
    for (let step = 0; step < 3; step++) await mailbox.sweep(end);
    assertEquals(await collected(mailbox, "A", end), ["y"]);
  },
};
