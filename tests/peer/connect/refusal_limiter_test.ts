import { assertEquals } from "@std/assert";
import type { PeerEvent } from "../../../lib/peer/mod.ts";
import { limitRefusalsAndKeyChanges } from "../../../lib/peer/connect/refusal_limiter.ts";

const address = { host: "192.0.2.1", port: 1 };
const REFUSED: PeerEvent = { type: "refused", address, reason: "no" };
const CHANGED: PeerEvent = {
  type: "keyChanged",
  name: "bob",
  fingerprint: "",
  reason: "another key",
  direction: "in",
};
const CALLED: PeerEvent = {
  ...CHANGED,
  direction: "out",
  reason: "another peer answers",
};
const REGISTRY_CHANGED: PeerEvent = {
  ...CHANGED,
  name: "192.0.2.1:5555",
  reason: "another registry",
};
const BACK: PeerEvent = { type: "registryBack", registry: address };

/** What is told of events, each at a time in s. */
function told(...events: [PeerEvent, number][]): (string | undefined)[] {
  const told: (string | undefined)[] = [];
  let now = 0;
  const tell = limitRefusalsAndKeyChanges(
    (event) => told.push("reason" in event ? event.reason : event.type),
    () => now,
  );
  for (const [event, seconds] of events) {
    now = seconds * 1000;
    tell(event);
  }
  return told;
}

function times(count: number, event: PeerEvent, at = 0): [PeerEvent, number][] {
  return Array.from({ length: count }, () => [event, at]);
}

Deno.test("a few refusals are passed on unchanged", () => {
  assertEquals(told(...times(3, REFUSED)), ["no", "no", "no"]);
});

Deno.test("of many refusals some are passed on, and a later one says how many were not", () => {
  assertEquals(
    told(...times(300, REFUSED), [REFUSED, 29], [REFUSED, 30], [REFUSED, 90])
      .slice(9),
    ["no", "no (291 earlier ones are not shown)", "no"],
  );
});

Deno.test("one address or client ID that is refused again and again hides no other", () => {
  const other = { ...REFUSED, address: { host: "192.0.2.2", port: 1 } };
  assertEquals(
    told(...times(300, REFUSED), [other, 0]).slice(10),
    ["no (290 earlier ones are not shown)"],
  );
  const letter = (from: string): PeerEvent => ({
    type: "letterRefused",
    from,
    fingerprint: "",
    reason: from,
  });
  assertEquals(
    told(...times(300, letter("bob")), [letter("carol"), 0]).slice(10),
    ["carol (290 earlier ones are not shown)"],
  );
  assertEquals(
    told(...times(300, CHANGED), [{ ...CHANGED, name: "carol" }, 0]).slice(10),
    ["another key (290 earlier ones are not shown)"],
  );
});

Deno.test("many addresses, and the IPv6 networks of one site, together fill no screen", () => {
  const from = (host: string): [PeerEvent, number] => [
    { ...REFUSED, address: { host, port: 1 } },
    0,
  ];
  const many = Array.from({ length: 200 }, (_, n) => from(`192.0.2.${n}`));
  assertEquals(told(...many).length, 40);
  const site = Array.from(
    { length: 200 },
    (_, n) => from(`2001:db8:0:${n.toString(16)}::1`),
  );
  // A network of 56 bits counts as two addresses.
  assertEquals(told(...site).length, 20);
});

Deno.test("many refusals hide neither a changed key nor anything else", () => {
  assertEquals(
    told(...times(300, REFUSED), [CHANGED, 0], [BACK, 0]).slice(10),
    [
      "another key",
      "registryBack",
    ],
  );
  assertEquals(told(...times(300, CHANGED), [REFUSED, 0]).slice(10), ["no"]);
  assertEquals(
    told(...times(300, CHANGED), [REGISTRY_CHANGED, 0]).slice(10),
    ["another registry"],
  );
  const many = Array.from(
    { length: 300 },
    (_, n): [PeerEvent, number] => [{ ...CHANGED, name: `bob${n}` }, 0],
  );
  assertEquals(
    told(...many, [REGISTRY_CHANGED, 0]).slice(40),
    ["another registry"],
  );
  assertEquals(told(...many, [CALLED, 0]).slice(40), ["another peer answers"]);
  assertEquals(
    told(...times(300, CHANGED), [CALLED, 0]).slice(10),
    ["another peer answers"],
  );
  assertEquals(told(...times(300, BACK)).length, 300);
});
