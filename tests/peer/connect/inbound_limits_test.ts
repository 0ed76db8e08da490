import { assert, assertEquals } from "@std/assert";
import { InboundLimits } from "../../../lib/peer/connect/inbound_limits.ts";
import type { Place } from "../../../lib/peer/connect/place.ts";

/** Connections to a peer, each of which is open until it has to give way. */
class Connections {
  readonly limits = new InboundLimits();
  readonly #open = new Set<Place>();
  /** One second passes between two, so that no rate limits them. */
  #now = 0;

  /** A connection from a host; undefined if it is refused. */
  open(host: string): Place | undefined {
    this.#now += 1000;
    const place = this.limits.enter(host, this.#now, () => {
      if (place !== undefined) this.#open.delete(place);
    });
    if (place !== undefined) this.#open.add(place);
    return place;
  }

  /** The link of a stranger, or of a client that is accepted, from a host. */
  introduce(host: string, key: string, isAccepted = false): Place | undefined {
    const place = this.open(host);
    if (place === undefined) return undefined;
    this.limits.introduce(place, { key, isAccepted: () => isAccepted });
    return place;
  }

  isOpen(place: Place | undefined): boolean {
    return place !== undefined && this.#open.has(place);
  }

  /** How many are open that come from a host. */
  from(host: string): number {
    return Array.from(this.#open).filter(({ origin }) => origin[0] === host)
      .length;
  }

  get size(): number {
    return this.#open.size;
  }
}

/** How many of so many connections are accepted at a time, in s. */
function come(
  limits: InboundLimits,
  count: number,
  from: (n: number) => string,
  seconds = 0,
): Place[] {
  return Array.from(
    { length: count },
    (_, n) => limits.enter(from(n), seconds * 1000, () => {}),
  ).filter((place) => place !== undefined);
}

Deno.test("one address may open a burst of connections, and another address still gets in", () => {
  const limits = new InboundLimits();
  const places = come(limits, 100, () => "192.0.2.1");
  assertEquals(places.length, 32);
  for (const place of places) {
    limits.introduce(place, { isAccepted: () => false });
  }
  assertEquals(come(limits, 100, () => "192.0.2.1", 1000).length, 0);
  assertEquals(come(limits, 100, () => "192.0.2.2").length, 32);
  const [first] = places;
  assert(first !== undefined);
  limits.leave(first);
  assertEquals(come(limits, 1, () => "192.0.2.1", 1000).length, 1);
});

Deno.test("an address that has used up its burst may connect once a second", () => {
  const limits = new InboundLimits();
  let came = 0;
  for (let n = 0; n < 1000; n++) {
    const place = limits.enter("192.0.2.1", n * 100, () => {});
    if (place === undefined) continue;
    limits.leave(place);
    came++;
  }
  assert(came >= 100 + 30 && came <= 100 + 33, String(came));
});

Deno.test("an IPv6 network of 64 bits counts as one address", () => {
  const limits = new InboundLimits();
  assertEquals(come(limits, 100, (n) => `2001:db8::${n}`).length, 32);
  assertEquals(come(limits, 100, (n) => `2001:db8:0:1::${n}`).length, 32);
});

Deno.test("IPv6 networks of 56 and 48 bits have twice and four times the connections of one of 64", () => {
  const limits = new InboundLimits();
  const open = (network: string) => {
    const places = come(limits, 100, (n) => `2001:db8:0:${network}::${n}`);
    // They stay: only silent ones give way.
    for (const place of places) {
      limits.introduce(place, { isAccepted: () => false });
    }
    return places.length;
  };
  assertEquals(["0", "1", "2"].map(open), [32, 32, 0]);
  assertEquals(["100", "101", "200"].map(open), [32, 32, 0]);
  assertEquals(come(limits, 100, (n) => `2001:db8:1::${n}`).length, 32);
});

Deno.test("many IPv6 networks of one site leave room for a stranger from another", () => {
  const connections = new Connections();
  for (let n = 0; n < 300; n++) {
    connections.introduce(`2001:db8:0:${n.toString(16)}::1`, `key ${n}`);
  }
  const others = [1, 2].map((n) =>
    connections.introduce(`2001:db8:${n}::1`, `other ${n}`)
  );
  for (let n = 0; n < 10; n++) {
    connections.introduce(`192.0.2.${n}`, `key of 192.0.2.${n}`);
  }
  for (let n = 300; n < 600; n++) {
    connections.introduce(`2001:db8:0:${n.toString(16)}::1`, `key ${n}`);
  }
  for (const other of others) assert(connections.isOpen(other));
});

Deno.test("loopback has no limit per address, only those of all strangers and of all that arrive", () => {
  const connections = new Connections();
  for (let n = 0; n < 300; n++) {
    assert(connections.introduce("127.0.0.1", `key ${n}`));
  }
  assertEquals(connections.size, 128);
  for (let n = 0; n < 300; n++) assert(connections.open("127.0.0.1"));
  assertEquals(connections.size, 128 + 64);
});

Deno.test("addresses with a full bucket are forgotten, and those that have to wait are not", () => {
  const limits = new InboundLimits();
  const places = come(limits, 40, () => "192.0.2.1");
  assertEquals(places.length, 32);
  for (const place of places) limits.leave(place);
  for (let n = 0; n < 5000; n++) {
    const place = limits.enter(`198.51.${n >> 8}.${n & 255}`, n, () => {});
    assert(place);
    limits.leave(place);
  }
  assertEquals(come(limits, 40, () => "192.0.2.1", 5).length, 5);
});

Deno.test("strangers from eight addresses leave room for a client that is accepted", () => {
  const connections = new Connections();
  for (let n = 0; n < 8 * 32; n++) {
    connections.introduce(`192.0.2.${n % 8}`, `key ${n}`);
  }
  const bob = connections.introduce("203.0.113.1", "bob", true);
  assert(connections.isOpen(bob));
  for (let n = 0; n < 500; n++) {
    connections.introduce(`192.0.2.${n % 250}`, `key ${n}`);
    connections.open(`192.0.2.${n % 250}`);
  }
  assert(connections.isOpen(bob));
  assert(connections.size <= 1 + 64 + 128);
});

Deno.test("silent connections from eight addresses leave room for others, and the oldest give way", () => {
  const connections = new Connections();
  const silent = Array.from(
    { length: 8 * 32 },
    (_, n) => connections.open(`192.0.2.${n % 8}`),
  );
  assertEquals(connections.size, 64);
  assert(!connections.isOpen(silent[0]) && connections.isOpen(silent.at(-1)));
  const bob = connections.open("203.0.113.1");
  for (let n = 0; n < 100; n++) connections.open(`192.0.2.${n % 8}`);
  // While others have more than bob, none of his has to give way.
  assert(connections.isOpen(bob));
});

Deno.test("a stranger from another address gets a place of the address that has the most", () => {
  const connections = new Connections();
  for (let n = 0; n < 4 * 32; n++) {
    connections.introduce(`192.0.2.${n % 4}`, `key ${n}`);
  }
  assertEquals(connections.size, 128);
  const carol = connections.introduce("203.0.113.1", "carol");
  for (let n = 0; n < 64; n++) {
    connections.introduce(`192.0.2.${n % 4}`, `key ${n}`);
  }
  assert(connections.isOpen(carol));
  assertEquals(connections.size, 128);
});

Deno.test("a silent connection gives way to another one from its address", () => {
  const connections = new Connections();
  const silent = Array.from(
    { length: 32 },
    () => connections.open("192.0.2.1"),
  );
  const next = connections.open("192.0.2.1");
  assert(connections.isOpen(next));
  assert(!connections.isOpen(silent[0]) && connections.isOpen(silent[1]));
  assertEquals(connections.from("192.0.2.1"), 32);
});

Deno.test("clients that are accepted may have the places that strangers do not use, up to 256, and a stranger gives way to them", () => {
  const connections = new Connections();
  for (let n = 0; n < 128; n++) {
    connections.introduce(`192.0.2.${n % 100}`, `key ${n}`);
  }
  for (let n = 0; n < 300; n++) {
    connections.introduce(`198.51.100.${n % 250}`, `friend ${n}`, true);
  }
  assertEquals(connections.size, 256);
  assertEquals(connections.open("203.0.113.1"), undefined);
});

Deno.test("the links under one key are eight at most, and the oldest one gives way", () => {
  const connections = new Connections();
  const links = Array.from(
    { length: 9 },
    () => connections.introduce("192.0.2.1", "bob", true),
  );
  assertEquals(connections.size, 8);
  assert(!connections.isOpen(links[0]) && connections.isOpen(links[8]));
});

Deno.test("a stranger that is accepted while its link is open needs no place of a stranger any more", () => {
  const connections = new Connections();
  const bob = connections.open("192.0.2.1");
  assert(bob !== undefined);
  let isAccepted = false;
  connections.limits.introduce(bob, {
    key: "bob",
    isAccepted: () => isAccepted,
  });
  isAccepted = true;
  for (let n = 0; n < 500; n++) {
    connections.introduce(`198.51.100.${n % 250}`, `key ${n}`);
  }
  assert(connections.isOpen(bob));
  assertEquals(connections.size, 128 + 1);
  // What it has left counts no more for its address, either.
  connections.limits.leave(bob);
});
