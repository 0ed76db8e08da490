import { assertEquals } from "@std/assert";
import { ipBytes } from "../../lib/net/mod.ts";

const hexOf = (text: string) => ipBytes(text)?.toHex();

Deno.test("an IPv4 address is its four numbers, and an IPv4-mapped one is the same", () => {
  assertEquals(hexOf("192.0.2.255"), "c00002ff");
  for (
    const mapped of [
      "::ffff:192.0.2.255",
      "::FFFF:c000:2ff",
      "0:0:0:0:0:ffff:192.0.2.255",
      "0000:0000:0000:0000:0000:ffff:c000:02ff",
    ]
  ) assertEquals(hexOf(mapped), "c00002ff", mapped);
});

Deno.test("an IPv6 address has the same bytes, however it is written", () => {
  const hex = "20010db8000000000000000000000001";
  for (
    const text of [
      "2001:db8::1",
      "2001:0DB8::0001",
      "2001:db8:0:0::0:1",
      "2001:db8:0:0:0:0:0:1",
      "2001:db8::0.0.0.1",
      "2001:db8::1%eth0",
    ]
  ) assertEquals(hexOf(text), hex, text);
  assertEquals(hexOf("::"), "00".repeat(16));
  assertEquals(hexOf("::1"), "00".repeat(15) + "01");
  assertEquals(hexOf("1::"), "0001" + "00".repeat(14));
});

Deno.test("what is no IP address has no bytes", () => {
  const texts = [
    "",
    "localhost",
    "127.1",
    "0177.0.0.1",
    "2130706433",
    "0x7f.1",
  ];
  for (const text of [...texts, "1.2.3.256", "1::2::3", "[::1]", "::1:"]) {
    assertEquals(ipBytes(text), undefined, text);
  }
});
