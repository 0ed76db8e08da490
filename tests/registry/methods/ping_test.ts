import { assertEquals } from "@std/assert";
import { CLAIM_TTL_S } from "../../../lib/protocol/mod.ts";
import {
  openEmbeddedStore,
  REGISTRY_RATES,
  REGISTRY_TIMINGS,
} from "../../../lib/registry/mod.ts";
import { ping } from "../../../lib/registry/methods/ping.ts";
import { RegistryService } from "../../../lib/registry/service.ts";
import { Identity } from "../../../lib/secure/mod.ts";

Deno.test("PING renews the claim of a client that is registered", async () => {
  using store = openEmbeddedStore(":memory:");
  let nowMs = 0;
  const service = new RegistryService({
    plain: false,
    identity: Identity.generate(),
    store,
    allowed: undefined,
    rates: REGISTRY_RATES,
    timings: REGISTRY_TIMINGS,
    clock: () => nowMs,
    log: () => {},
  });
  await store.claims.claim("alice", "A", 0);
  nowMs = (CLAIM_TTL_S - 1) * 1000;
  service.tick();
  await ping(service, {
    ref: { id: "1", key: "A" },
    host: "192.0.2.1",
    origin: ["192.0.2.1"],
    clientID: "alice",
    listing: undefined,
    mailNotified: false,
  });
  const claim = await store.claims.find("alice", CLAIM_TTL_S + 1);
  assertEquals(claim?.key, "A");
});
