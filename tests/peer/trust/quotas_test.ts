import { assert, assertEquals } from "@std/assert";
import type { PeerEvent } from "../../../lib/peer/mod.ts";
import { openStore, type Store } from "../../../lib/peer/store/mod.ts";
import {
  DAILY_QUOTAS,
  msUntilNextDay,
  type Quotas,
  SenderQuotas,
} from "../../../lib/peer/trust/mod.ts";
import { TempFolder } from "../../support/temp_folder.ts";

/** Noon of a day, in ms since the epoch. */
const NOW = Date.UTC(2026, 0, 1, 12);
const DAY_MS = 24 * 60 * 60 * 1000;

const QUOTAS: Quotas = {
  accepted: { messages: 10, bytes: 1000 },
  stranger: { messages: 3, bytes: 100 },
  strangers: { messages: 5, bytes: 150 },
  all: { messages: 12, bytes: 1100 },
};

/** Quotas over a store in which bob is accepted. */
function quotasOf(store: Store, quotas = QUOTAS) {
  store.pins.pin("bob", "B");
  store.pins.accept("bob");
  const events: PeerEvent[] = [];
  const senderQuotas = new SenderQuotas({
    ...store,
    quotas,
    onEvent: (event) => events.push(event),
  });
  return {
    events,
    /** How many of so many messages of a length are stored. */
    send(name: string, count: number, length = 1, now = NOW): number {
      const key = `key of ${name}`;
      const messages = Array.from({ length: count }, () => ({
        id: crypto.randomUUID(),
        text: "x".repeat(length),
        time: now,
      }));
      const budget = senderQuotas.budget(name, key, now);
      const { stored } = store.inbox.receive(key, name, messages, now, budget);
      senderQuotas.report(name, budget);
      return stored;
    },
  };
}

Deno.test("of a stranger few messages and bytes are stored in a day, and of an accepted client many", () => {
  using store = openStore(":memory:", { now: NOW });
  const { send } = quotasOf(store);
  assertEquals(send("eve", 9), 3);
  assertEquals(send("eve", 1), 0);
  assertEquals(send("mallory", 2, 50), 2);
  assertEquals(send("bob", 9), 7);
  using other = openStore(":memory:", { now: NOW });
  assertEquals(quotasOf(other).send("bob", 12), 10);
  using third = openStore(":memory:", { now: NOW });
  assertEquals(quotasOf(third).send("eve", 3, 60), 1);
});

Deno.test("all strangers together have a quota, which leaves room for accepted clients", () => {
  using store = openStore(":memory:", { now: NOW });
  const { send } = quotasOf(store);
  assertEquals(send("eve", 3), 3);
  assertEquals(send("mallory", 3), 2);
  assertEquals(send("trudy", 1), 0);
  assertEquals(send("bob", 1), 1);
});

Deno.test("all clients together have a quota", () => {
  using store = openStore(":memory:", { now: NOW });
  const { send } = quotasOf(store);
  assertEquals(send("bob", 10), 10);
  assertEquals(send("eve", 3), 2);
  using other = openStore(":memory:", { now: NOW });
  const bytes = quotasOf(other);
  assertEquals(bytes.send("bob", 1, 1000), 1);
  assertEquals(bytes.send("eve", 2, 60), 1);
});

Deno.test("a quota is used up over a restart, and whole again on the next day, whichever way the clock went", () => {
  using temp = new TempFolder();
  for (
    const [expected, now] of [
      [3, NOW],
      [0, NOW],
      [3, NOW + DAY_MS],
      [0, NOW + DAY_MS + 3600_000],
      [3, NOW - DAY_MS],
    ] as const
  ) {
    using store = openStore(temp.join("store.db"), { now: NOW });
    const { send } = quotasOf(store);
    const messages = send(`eve`, 4, 1, now);
    assertEquals(messages, expected, new Date(now).toISOString());
  }
});

Deno.test("what came on another day is counted no more, and takes no room", () => {
  using temp = new TempFolder();
  using store = openStore(temp.join("store.db"), { now: NOW });
  const { send } = quotasOf(store);
  assertEquals(send("eve", 1), 1);
  assertEquals(send("mallory", 1, 1, NOW + DAY_MS), 1);
  const day = Math.floor(NOW / DAY_MS);
  assertEquals(store.dailyTotals.get("key of eve", day).messages, 0);
  assertEquals(store.dailyTotals.get("key of mallory", day + 1), {
    messages: 1,
    bytes: 1,
  });
});

Deno.test("the user is told once a day whose quota is used up, and which", () => {
  using store = openStore(":memory:", { now: NOW });
  const { send, events } = quotasOf(store);
  for (const name of ["eve", "eve", "mallory", "mallory", "trudy"]) {
    send(name, 4);
  }
  send("eve", 4, 1, NOW + DAY_MS);
  const eve = {
    type: "overQuota",
    what: "client",
    name: "eve",
    accepted: false,
    ...QUOTAS.stranger,
  } as const;
  assertEquals(events, [
    eve,
    { type: "overQuota", what: "strangers", ...QUOTAS.strangers },
    eve,
  ]);
});

Deno.test("the quotas of a day are those that SECURITY.md and README name", () => {
  const MIB = 1024 * 1024;
  assertEquals(DAILY_QUOTAS, {
    accepted: { messages: 20_000, bytes: 256 * MIB },
    stranger: { messages: 500, bytes: 4 * MIB },
    strangers: { messages: 10_000, bytes: 64 * MIB },
    all: { messages: 200_000, bytes: 1024 * MIB },
  });
});

Deno.test("what is stored of all strangers in a day is a small part of what is stored of all", () => {
  const { accepted, stranger, strangers, all } = DAILY_QUOTAS;
  for (const what of ["messages", "bytes"] as const) {
    assert(stranger[what] < strangers[what] / 10);
    assert(strangers[what] < accepted[what]);
    assert(strangers[what] < all[what] / 10);
  }
});

Deno.test("a day ends at midnight, in UTC", () => {
  assertEquals(msUntilNextDay(NOW), DAY_MS / 2);
  assertEquals(msUntilNextDay(NOW + DAY_MS / 2), DAY_MS);
});
