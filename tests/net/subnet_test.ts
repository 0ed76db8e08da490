import { assertEquals } from "@std/assert";
import { networksOf, originOf } from "../../lib/net/subnet.ts";

Deno.test("an IPv4 address stands for itself, also where it is mapped to IPv6", () => {
  assertEquals(networksOf("192.0.2.1"), ["192.0.2.1"]);
  assertEquals(networksOf("::ffff:192.0.2.1"), ["192.0.2.1"]);
  assertEquals(networksOf("::ffff:c000:201"), ["192.0.2.1"]);
});

Deno.test("an IPv6 address stands for its network of 64 bits, however it is written", () => {
  for (
    const [host, network] of [
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:0DB8:1:0002:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:db8:1:2::6", "2001:db8:1:2::/64"],
      ["2001:db8::6", "2001:db8:0:0::/64"],
      ["2001:db8::1:2:3:4:5", "2001:db8:0:1::/64"],
      ["2001:db8::1:2:3:192.0.2.1", "2001:db8:0:1::/64"],
      ["2001::", "2001:0:0:0::/64"],
      ["::1", "0:0:0:0::/64"],
      ["::", "0:0:0:0::/64"],
      ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ] as const
  ) assertEquals(networksOf(host)[0], network, host);
});

Deno.test("an IPv6 address stands for its networks of 56 and 48 bits, too", () => {
  const networks: [host: string, larger: string[]][] = [
    ["2001:db8:1:2::6", ["2001:db8:1:0::/56", "2001:db8:1::/48"]],
    ["2001:db8:1:2ff::6", ["2001:db8:1:200::/56", "2001:db8:1::/48"]],
    ["2001:db8:1:ffff::6", ["2001:db8:1:ff00::/56", "2001:db8:1::/48"]],
    ["2001:db8::", ["2001:db8:0:0::/56", "2001:db8:0::/48"]],
  ];
  for (const [host, larger] of networks) {
    assertEquals(networksOf(host).slice(1), larger, host);
  }
});

Deno.test("loopback has no origin, and any other address has its networks", () => {
  for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost"]) {
    assertEquals(originOf(host), [], host);
  }
  for (const host of ["192.0.2.1", "2001:db8::1"]) {
    assertEquals(originOf(host), networksOf(host));
  }
});
