import { assertEquals } from "@std/assert";
import { originOf, rateLimitKey } from "../../lib/net/subnet.ts";

Deno.test("an IPv4 address stands for itself", () => {
  assertEquals(rateLimitKey("192.0.2.1"), "192.0.2.1");
});

Deno.test("an IPv6 address stands for its network of 64 bits, however it is written", () => {
  for (
    const [host, origin] of [
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:db8:1:2::6", "2001:db8:1:2::/64"],
      ["2001:db8::6", "2001:db8:0:0::/64"],
      ["2001:db8::1:2:3:4:5", "2001:db8:0:1::/64"],
      ["2001::", "2001:0:0:0::/64"],
      ["::1", "0:0:0:0::/64"],
      ["::", "0:0:0:0::/64"],
      ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ] as const
  ) assertEquals(rateLimitKey(host), origin, host);
});

Deno.test("loopback has no origin, and any other address has its key", () => {
  for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost"]) {
    assertEquals(originOf(host), undefined, host);
  }
  assertEquals(originOf("192.0.2.1"), "192.0.2.1");
  assertEquals(originOf("2001:db8::1"), "2001:db8:0:0::/64");
});
