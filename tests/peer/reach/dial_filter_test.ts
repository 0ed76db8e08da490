import { assert, assertEquals } from "@std/assert";
import type { Address } from "../../../lib/net/mod.ts";
import { dialObjection } from "../../../lib/peer/reach/mod.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const REMOTE = { host: "192.0.2.1", port: 5555 };
const LOCAL = { host: "127.0.0.1", port: 5555 };

/** Hosts that a registry leads no client to, by the reason. */
const HOSTS: Record<string, readonly string[]> = {
  "it is not the address of a host": ["0.0.0.0", "0.255.255.255", "::"],
  "it is this machine itself": ["127.0.0.1", "127.255.0.1", "::1"],
  "it is a link-local address, and not known to be on this link": [
    "169.254.169.254",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
  ],
  "it is a multicast address": ["224.0.0.1", "239.255.255.255", "ff02::1"],
  "it is a broadcast or reserved address": [
    "240.0.0.1",
    "255.255.255.255",
    "::192.0.2.7",
    "::127.0.0.1",
    "2001:0:c000:207::1",
  ],
  "it contains an IPv4 address that is not dialled": [
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::127.0.0.1",
    "2002:7f00:1::",
    "2002:e000:1::1",
    "::ffff:0:127.0.0.1",
  ],
  "it is a host name, and not an IP address": [
    "example.org",
    "127.1",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "2130706433",
    "",
  ],
};

/** The ways to write an IPv4 address as an IPv6 one that leads to it. */
function encodings(ipv4: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split(".").map(Number);
  const groups = [a * 256 + b, c * 256 + d].map((group) => group.toString(16));
  const hex = groups.join(":");
  return [
    `::ffff:${ipv4}`,
    `::ffff:${hex}`,
    `0:0:0:0:0:FFFF:${hex}`,
    `0000:0000:0000:0000:0000:ffff:${ipv4}`,
    `::ffff:0:${hex}`,
    `64:ff9b::${ipv4}`,
    `0064:ff9b:0:0:0:0:${hex}`,
    `64:ff9b:1::${hex}`,
    `2002:${hex}::1`,
    `::${ipv4}`,
  ];
}

const isDialled = (host: string, port: number, registry: Address = REMOTE) =>
  dialObjection({ host, port }, registry) === undefined;

Deno.test("no address that leads to this machine, to many or to none is dialled because a registry names it", () => {
  for (const [reason, hosts] of Object.entries(HOSTS)) {
    for (const host of hosts) {
      assertEquals(dialObjection({ host, port: 40000 }, REMOTE), reason, host);
    }
  }
});

Deno.test("an address that is not dialled is not dialled in any other form", () => {
  const forbidden = Object.values(HOSTS).flat()
    .filter((host) => /^\d+\.\d+\.\d+\.\d+$/.test(host) && host[1] !== "x");
  assert(forbidden.length > 8);
  for (const ipv4 of forbidden) {
    if (!isIPv4(ipv4)) continue;
    for (const host of encodings(ipv4)) assert(!isDialled(host, 40000), host);
  }
});

Deno.test("any host of the blocks that are not dialled is refused, and any other is dialled, however it is written", () => {
  const random = new SeededRandom(15);
  const byte = () => Math.floor(random.number(0, 256));
  const blocks = [0, 127, 224, 239, 240, 255];
  for (let n = 0; n < 2000; n++) {
    const tail = [byte(), byte(), byte()];
    const bad = [random.one(blocks), ...tail].join(".");
    for (const host of [bad, ...encodings(bad)]) {
      assert(!isDialled(host, 40000), host);
    }
    const good = [random.one([1, 10, 126, 128, 172, 192, 223]), ...tail]
      .join(".");
    // The last form is no address that leads anywhere.
    for (const host of [good, ...encodings(good).slice(0, -1)]) {
      assert(isDialled(host, 40000), host);
    }
    const group = () => Math.floor(random.number(1, 65536)).toString(16);
    const ipv6 = ["2a01", ...Array.from({ length: 7 }, group)].join(":");
    assert(isDialled(ipv6, 40000), ipv6);
  }
});

Deno.test("a privileged port is dialled only if it is the registry's, at another host", () => {
  for (const port of [1, 22, 25, 443, 1023]) {
    assertEquals(
      dialObjection({ host: "192.0.2.7", port }, REMOTE),
      `port ${port} is privileged`,
    );
    assert(!isDialled("127.0.0.1", port, LOCAL));
  }
  assert(isDialled("192.0.2.7", 1024));
  const secure = { host: "192.0.2.1", port: 443 };
  assert(isDialled("192.0.2.7", 443, secure));
  assert(!isDialled("192.0.2.7", 80, secure));
});

Deno.test("the registry's own address is not dialled, however it is written", () => {
  const reason = "it is the registry's own address";
  const is = (host: string, registry: Address) =>
    assertEquals(
      dialObjection({ host, port: registry.port }, registry),
      reason,
      host,
    );
  for (const host of ["192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201"]) {
    is(host, REMOTE);
  }
  for (const host of ["2001:db8::1", "2001:0DB8:0::0001"]) {
    is(host, { host: "2001:db8::1", port: 443 });
  }
  // Whatever address of loopback: the registry may listen on all of them.
  for (const host of ["127.0.0.1", "127.0.1.1", "::1", "::ffff:127.0.0.1"]) {
    for (const registry of ["127.0.0.1", "localhost", "::1"]) {
      is(host, { host: registry, port: 5555 });
    }
  }
  assert(isDialled("192.0.2.1", 5556));
});

Deno.test("an address of loopback is dialled by a client that is connected to its registry over loopback", () => {
  for (const host of ["127.0.0.1", "127.0.1.1", "::1", "::ffff:127.0.0.1"]) {
    for (const registry of ["127.0.0.1", "::1", "localhost"]) {
      assert(isDialled(host, 40000, { host: registry, port: 5555 }), host);
    }
  }
  assert(isDialled("localhost", 40000, LOCAL));
  assert(!isDialled("64:ff9b::127.0.0.1", 40000, LOCAL));
  assert(!isDialled("0.0.0.0", 40000, LOCAL));
  assert(!isDialled("169.254.1.1", 40000, LOCAL));
});

Deno.test("a link-local address is dialled only on the link of the connection to the registry", () => {
  const registry = { host: "fe80::1%eth0", port: 5555 };
  assert(isDialled("fe80::2%eth0", 40000, registry));
  assert(!isDialled("fe80::2%eth1", 40000, registry));
  assert(!isDialled("fe80::2", 40000, registry));
  assert(!isDialled("fe80::2", 40000, { host: "fe80::1", port: 5555 }));
  assert(!isDialled("169.254.0.2", 40000, registry));
  assert(isDialled("169.254.0.2", 40000, { host: "169.254.0.1", port: 5555 }));
});

function isIPv4(text: string): boolean {
  return /^(\d{1,3}\.){3}\d{1,3}$/.test(text) &&
    text.split(".").every((part) => String(Number(part)) === part);
}
