import { assertEquals, assertRejects } from "@std/assert";
import {
  MAX_LETTER_BYTES,
  MAX_LETTERS_PER_MAILBOX,
  MAX_MAILBOX_BYTES,
} from "../../../../lib/protocol/mod.ts";
import {
  type Mailbox,
  MailboxFullError,
  SenderShareError,
} from "../../../../lib/registry/mod.ts";
import { letterTo } from "../letter.ts";
import type { StoreCases } from "./cases.ts";

const NOW_S = 1_800_000_000;
const SMALL = new Uint8Array(1);
const LARGEST = new Uint8Array(MAX_LETTER_BYTES);

/** How many letters of a size a sender may leave for A, who has left them then. */
async function leave(
  mailbox: Mailbox,
  sender: string,
  sealed: Uint8Array,
): Promise<number> {
  for (let count = 0;; count++) {
    try {
      await mailbox.deposit(letterTo("A", sealed, sender), NOW_S);
    } catch (error) {
      if (error instanceof MailboxFullError) return count;
      throw error;
    }
  }
}

/** Drops the first letters of A. */
async function dropFirst(mailbox: Mailbox, count: number): Promise<void> {
  const letters = await mailbox.collect("A", {}, NOW_S);
  await mailbox.drop("A", letters.slice(0, count).map(({ number }) => number));
}

/** What one sender may leave beside others. */
export const MAIL_SHARES: StoreCases = {
  "a sender whose letters wait alone has three quarters of a mailbox": async (
    { mailbox },
  ) => {
    const letters = await leave(mailbox, "eve", SMALL);
    assertEquals(letters, MAX_LETTERS_PER_MAILBOX * 3 / 4);
    await dropFirst(mailbox, Infinity);
    const large = await leave(mailbox, "eve", LARGEST);
    assertEquals(large * MAX_LETTER_BYTES, MAX_MAILBOX_BYTES * 3 / 4);
  },

  "beside another sender, a sender has at most a quarter of a mailbox": async (
    { mailbox },
  ) => {
    for (const sealed of [SMALL, LARGEST]) {
      await mailbox.deposit(letterTo("A", "hello", "bob"), NOW_S);
      const letters = await leave(mailbox, "eve", sealed);
      const most = sealed === SMALL
        ? MAX_LETTERS_PER_MAILBOX
        : MAX_MAILBOX_BYTES / MAX_LETTER_BYTES;
      assertEquals(letters, most / 4);
      await dropFirst(mailbox, Infinity);
    }
  },

  "however much one sender has left, there is room for others, and no letter is removed for them":
    async ({ mailbox }) => {
      for (const sealed of [SMALL, LARGEST]) {
        const counts = [];
        for (const sender of ["eve", "bob", "carol"]) {
          counts.push(await leave(mailbox, sender, sealed));
        }
        const expected = sealed === SMALL ? [750, 125, 63] : [12, 2, 1];
        assertEquals(counts, expected);
        const total = expected.reduce((sum, count) => sum + count, 0);
        assertEquals(await mailbox.count("A", NOW_S), total);
        await dropFirst(mailbox, Infinity);
      }
    },

  "a sender that has left more than a quarter while it was alone leaves no more beside others":
    async ({ mailbox }) => {
      const eves = letterTo("A", "spam", "eve");
      for (let n = 0; n < 300; n++) await mailbox.deposit(eves, NOW_S);
      await mailbox.deposit(letterTo("A", "hello", "bob"), NOW_S);
      await assertRejects(
        async () => await mailbox.deposit(eves, NOW_S),
        SenderShareError,
        "all the room that one sender has",
      );
      await dropFirst(mailbox, 100);
      await mailbox.deposit(eves, NOW_S);
    },

  "each recipient has a mailbox of its own": async ({ mailbox }) => {
    await leave(mailbox, "eve", SMALL);
    for (let n = 0; n < 10; n++) {
      await mailbox.deposit(letterTo("B", "spam", "eve"), NOW_S);
    }
    assertEquals(await mailbox.count("B", NOW_S), 10);
  },
};
