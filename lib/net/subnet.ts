/**
 * Whom an address stands for when somebody is counted: an IPv4 address for
 * itself, an IPv6 address for its network of 64 bits, since whoever has one
 * address in it has them all.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rateLimitKey } from "./mod.ts";
 *
 * assertEquals(rateLimitKey("192.0.2.1"), "192.0.2.1");
 * assertEquals(rateLimitKey("2001:db8::1:2:3:4"), "2001:db8:0:0::/64");
 * ```
 */
export function rateLimitKey(host: string): string {
  if (!host.includes(":")) return host;
  const [head = [], tail] = host.split("::").map((part) =>
    part === "" ? [] : part.split(":")
  );
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array(zeros).fill("0"), ...tail ?? []];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
