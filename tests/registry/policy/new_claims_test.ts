import { assert, assertFalse } from "@std/assert";
import { PLAIN_LEASE_S } from "../../../lib/protocol/mod.ts";
import { NewClaims } from "../../../lib/registry/policy/mod.ts";

Deno.test("a new claim is known in every spelling for as long as a registration in plain lasts", () => {
  const claims = new NewClaims();
  claims.add("Bob", 0);
  claims.add("carol", 10);
  for (const spelling of ["Bob", "bob", "BOB"]) assert(claims.has(spelling));
  assertFalse(claims.has("b0b"));
  claims.sweep(PLAIN_LEASE_S - 1);
  assert(claims.has("bob"));
  claims.sweep(PLAIN_LEASE_S);
  assertFalse(claims.has("bob"));
  assert(claims.has("carol"));
  claims.add("carol", PLAIN_LEASE_S);
  claims.sweep(PLAIN_LEASE_S + 10);
  assert(claims.has("carol"));
});
