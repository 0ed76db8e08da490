import { assertEquals } from "@std/assert";
import { PeerError } from "../../../lib/peer/errors.ts";
import {
  ClaimLookup,
  type LookUpClient,
} from "../../../lib/peer/registry_client/claim_lookup.ts";
import type { ClaimAnswer, Contact } from "../../../lib/peer/trust/mod.ts";

const USER = { by: "user" } as const;
const LETTER = { by: "letter" } as const;

/** A call from the host of that number. */
function callFrom(n: number): Contact {
  return { by: "call", host: `192.0.2.${n}` };
}

/** Questions to a registry that says that each ID is unclaimed, until it fails. */
function lookup(registry: Partial<LookUpClient> = {}) {
  const clock = { now: 0 };
  const state = { isFailing: false, asked: 0 };
  const claims = new ClaimLookup({
    hasClaims: true,
    isRegistered: true,
    isPlain: false,
    lookUp: () => {
      state.asked++;
      return state.isFailing
        ? Promise.reject(new PeerError("it is full"))
        : Promise.resolve(undefined);
    },
    ...registry,
  }, () => clock.now);
  /** What is answered to one question, or to many that come at once. */
  const ask = (contact: Contact, key = "K") =>
    claims.ask({ clientID: "bob", key, contact });
  const answered = async (times: number, contact: Contact, key?: string) => {
    let count = 0;
    for (let n = 0; n < times; n++) {
      const { status } = await ask(contact, key ?? `K${n}`);
      if (status === "unclaimed") count++;
    }
    return count;
  };
  return { ask, answered, clock, state };
}

Deno.test("the calls of one address cause 20 LOOKUPs at once, and those of many 100", async () => {
  const { answered, clock } = lookup();
  assertEquals(await answered(1000, callFrom(1)), 20);
  assertEquals(await answered(20, callFrom(2)), 20);
  let count = 0;
  for (let n = 3; n < 100; n++) count += await answered(20, callFrom(n));
  assertEquals(count, 60);
  clock.now = 10_000;
  assertEquals(await answered(1000, callFrom(1)), 10);
});

Deno.test("the letters of one key cause 20 LOOKUPs at once, and those of many 50", async () => {
  const { answered } = lookup();
  assertEquals(await answered(1000, LETTER, "one"), 20);
  assertEquals(await answered(1000, LETTER), 30);
});

Deno.test("neither letters nor calls use up what the others may ask, or the user", async () => {
  const { answered, ask } = lookup();
  await answered(1000, LETTER);
  assertEquals(await answered(20, callFrom(1)), 20);
  for (let n = 1; n < 100; n++) await answered(20, callFrom(n));
  assertEquals(await answered(500, USER, "K"), 500);
  const told: ClaimAnswer = await ask(LETTER);
  assertEquals(told, {
    status: "unknown",
    reason: "too many unknown peers have come at once",
  });
});

Deno.test("a registry that has failed to answer is not asked for strangers for a second, and for the user at once", async () => {
  const { ask, clock, state } = lookup();
  state.isFailing = true;
  const failed: ClaimAnswer = { status: "unknown", reason: "it is full" };
  for (let n = 0; n < 10; n++) {
    assertEquals(await ask(callFrom(n)), failed);
    assertEquals(await ask(LETTER), failed);
  }
  assertEquals(state.asked, 1);
  assertEquals(await ask(USER), failed);
  assertEquals(state.asked, 2);
  state.isFailing = false;
  assertEquals((await ask(USER)).status, "unclaimed");
  assertEquals(await ask(LETTER), failed);
  clock.now = 1000;
  assertEquals((await ask(LETTER)).status, "unclaimed");
});

Deno.test("only a registry that has no claims counts as none, and one that is away as one that cannot answer", async () => {
  assertEquals(
    (await lookup({ hasClaims: false }).ask(USER)).status,
    "noRegistry",
  );
  const { ask } = lookup({ isRegistered: false });
  for (const contact of [USER, LETTER, callFrom(1)]) {
    assertEquals(await ask(contact), {
      status: "unknown",
      reason: "this client is not registered",
    });
  }
});
