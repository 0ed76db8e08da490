import { assertEquals, assertThrows } from "@std/assert";
import { AddressBlock, AddressError } from "../../lib/net/mod.ts";

const BLOCKS: readonly [block: string, inside: string[], outside: string[]][] =
  [
    ["192.0.2.1", ["192.0.2.1", "::ffff:192.0.2.1"], ["192.0.2.2", "::1"]],
    ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["11.0.0.0", "9.9.9.9"]],
    ["192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127"]],
    ["0.0.0.0/0", ["0.0.0.0", "255.1.2.3"], ["::", "::1", "2001:db8::1"]],
    ["::1", ["::1", "0:0:0:0:0:0:0:1"], ["::2", "127.0.0.1"]],
    ["::ffff:192.0.2.1", ["192.0.2.1"], ["192.0.2.2"]],
    ["2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::", "2001:db9::"]],
    ["fe80::/10", ["fe80::1%eth0", "febf::1"], ["fec0::1"]],
    ["::/0", ["::", "2001:db8::1"], ["127.0.0.1"]],
  ];

for (const [block, inside, outside] of BLOCKS) {
  Deno.test(`${block} contains ${inside}, and neither ${outside} nor a name`, () => {
    const parsed = AddressBlock.parse(block);
    for (const host of inside) assertEquals(parsed.contains(host), true, host);
    for (const host of [...outside, "localhost", ""]) {
      assertEquals(parsed.contains(host), false, host);
    }
  });
}

Deno.test("what is no block of addresses is refused in a sentence", () => {
  for (
    const text of [
      ...["", "localhost", "10.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/x"],
      ...["10.0.0.1/8", "::1/64", "::/129", "::ffff:10.0.0.0/104", "fe80::1%2"],
      ...["10.0.0.0/8/8", " 10.0.0.1", "10.0.0.0/-1", "[::1]", "127.0.0.1:80"],
    ]
  ) {
    const { message } = assertThrows(
      () => AddressBlock.parse(text),
      AddressError,
      `"${text}" is not `,
    );
    assertEquals(message.includes("\n"), false);
  }
});
