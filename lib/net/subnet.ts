import { isLoopback } from "./address.ts";

/**
 * The key under which an address is rate-limited: an IPv4 address as it is, an
 * IPv6 address as its /64 network, since a host can take any address in that.
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

/**
 * The origin of a connection, for the limits of each origin: the key of
 * {@linkcode rateLimitKey}; undefined for loopback, which all users of this
 * machine share and which has no such limit.
 */
export function originOf(host: string): string | undefined {
  return isLoopback(host) ? undefined : rateLimitKey(host);
}
