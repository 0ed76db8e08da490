import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import {
  AddressError,
  formatAddress,
  isLoopback,
  parseAddress,
} from "../../lib/net/mod.ts";
import { isClientID } from "../../lib/protocol/mod.ts";

Deno.test("an address is read and written with brackets around IPv6", () => {
  for (const text of ["127.0.0.1:5555", "[::1]:5555", "example.org:0"]) {
    assertEquals(formatAddress(parseAddress(text)), text);
  }
  assertEquals(parseAddress("[::1]:5555"), { host: "::1", port: 5555 });
});

Deno.test("what is not an address is refused with how to write one", () => {
  for (
    const text of ["", "5555", "localhost", "::1:5555", "a:b", "a:65536", ":1"]
  ) {
    assertThrows(() => parseAddress(text), AddressError, "HOST:PORT");
  }
});

Deno.test("loopback is known in each of its spellings", () => {
  for (const host of ["127.0.0.1", "127.9.9.9", "::1", "localhost"]) {
    assert(isLoopback(host), host);
  }
  for (const host of ["128.0.0.1", "::", "0.0.0.0", "127.0.0.1.example.org"]) {
    assertFalse(isLoopback(host), host);
  }
});

Deno.test("a client ID is 1 to 64 letters, digits, dots, underscores and hyphens", () => {
  for (const id of ["a", "Alice-2_b.c", "x".repeat(64)]) assert(isClientID(id));
  for (const id of ["", "x".repeat(65), "a b", "é", "a~2", "a\n"]) {
    assertFalse(isClientID(id), id);
  }
});
