import { setTimeout as delay } from "node:timers/promises";
import { assert, assertEquals, assertGreater } from "@std/assert";
import { CLAIM_TTL_S, LETTER_TTL_S } from "../../lib/protocol/mod.ts";
import {
  type EmbeddedStore,
  openEmbeddedStore,
  REGISTRY_RATES,
  REGISTRY_TIMINGS,
} from "../../lib/registry/mod.ts";
import { RegistryService } from "../../lib/registry/service.ts";
import { letterTo } from "./store/letter.ts";
import { Identity } from "../../lib/secure/mod.ts";

/** What moves the time of a registry on by some seconds, each with a tick. */
function ticking(store: EmbeddedStore) {
  let nowMs = 0;
  const service = new RegistryService({
    identity: Identity.generate(),
    plain: false,
    store,
    allowed: undefined,
    rates: REGISTRY_RATES,
    timings: REGISTRY_TIMINGS,
    clock: () => nowMs,
    log: () => {},
  });
  return async (seconds: number) => {
    nowMs += seconds * 1000;
    service.tick();
    await delay(0);
  };
}

Deno.test("what has expired is removed second by second until nothing of it is left", async () => {
  using store = openEmbeddedStore(":memory:");
  const { mailbox, claims } = store;
  for (let n = 0; n < 6000; n++) {
    mailbox.deposit(letterTo(`key ${n % 20}`, "x", `${n % 7}`), 0);
  }
  for (let n = 0; n < 2500; n++) claims.claim(`client${n}`, "A", 0);
  const tick = ticking(store);
  await tick(LETTER_TTL_S);
  for (let second = 1; mailbox.storedBytes > 0; second++) {
    assert(second < 5, `${mailbox.storedBytes} bytes are left`);
    await tick(1);
  }
  await tick(CLAIM_TTL_S - LETTER_TTL_S);
  for (let second = 0; second < 3; second++) await tick(1);
  for (let n = 0; n < 2500; n++) {
    assertEquals(claims.find(`client${n}`, 0), undefined);
  }
});

Deno.test("a sweep each second removes more than one address may leave in that time", () => {
  using store = openEmbeddedStore(":memory:");
  const { mailbox } = store;
  for (let n = 0; n < 4000; n++) {
    mailbox.deposit(letterTo(`key ${n % 20}`, "x", `${n % 7}`), 0);
  }
  const before = mailbox.storedBytes;
  mailbox.sweep(LETTER_TTL_S);
  const ofAddress = 10 * REGISTRY_RATES.depositedBytes.perSecond;
  assertGreater(before - mailbox.storedBytes, 5 * ofAddress);
});
