import { assert, assertEquals } from "@std/assert";
import { openStore, type PeerEvent } from "../../../lib/peer/mod.ts";
import { FirstContacts } from "../../../lib/peer/trust/first_contacts.ts";
import { HeldRequests } from "../../../lib/peer/trust/held_requests.ts";
import { Identity } from "../../../lib/secure/mod.ts";

function stranger(n: number) {
  const key = Identity.generate().publicKey.toBase64();
  return { key, name: `eve${n}` };
}

function heldRequests() {
  const store = openStore(":memory:", { now: 0 });
  const events: PeerEvent[] = [];
  const clock = { now: 0 };
  const held = new HeldRequests({
    requests: store.requests,
    onEvent: (event) => events.push(event),
    isPresent: () => false,
    contacts: new FirstContacts({ known: ["bob"], onEvent: () => {} }),
  }, () => clock.now);
  const names = () =>
    events.splice(0).map((event) =>
      event.type === "request" ? [event.name, event.omitted ?? 0] : []
    );
  const resembling = () =>
    events.map((event) =>
      event.type === "request" ? event.resembles : event.type
    );
  return {
    held,
    names,
    resembling,
    clock,
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

Deno.test("a stranger is told once, however often a call or letter comes, and at the next start", () => {
  using here = heldRequests();
  const eve = stranger(0);
  for (let n = 0; n < 5; n++) assert(here.held.ask(eve));
  assertEquals(here.names(), [["eve0", 0]]);
  here.held.announce();
  assertEquals(here.names(), [["eve0", 0]]);
});

Deno.test("a stranger whose name looks like that of a known client is told so, also in plaintext", () => {
  using here = heldRequests();
  here.held.ask({ ...stranger(0), name: "B0b" });
  here.held.ask({ ...stranger(0), name: "rob" });
  here.held.tellPlain("~bob", { host: "192.0.2.1", port: 1 });
  here.held.announce();
  assertEquals(here.resembling(), ["bob", undefined, "bob", "bob", undefined]);
});

Deno.test("a key that asks under a second name is not told", () => {
  using here = heldRequests();
  const eve = stranger(0);
  assert(here.held.ask(eve));
  assert(!here.held.ask({ ...eve, name: "mallory" }));
  assertEquals(here.names(), [["eve0", 0]]);
});

Deno.test("many strangers do not fill the screen, and the next line says how many were left out", () => {
  using here = heldRequests();
  for (let n = 0; n < 100; n++) here.held.ask(stranger(n));
  assertEquals(here.names().length, 10);
  here.clock.now = 30_000;
  here.held.ask(stranger(100));
  assertEquals(here.names(), [["eve100", 90]]);
});
