import { isLoopback } from "./address.ts";
import { ipBytes } from "./ip_bytes.ts";

/**
 * The networks that limits count a client by, the smallest first; none for a
 * client that only counts among all.
 */
export type Origin = readonly string[];

/** The origin of loopback. */
const NO_NETWORKS: Origin = [];

/**
 * The networks of an address: an IPv4 address itself; the networks of 64, 56 and
 * 48 bits of an IPv6 address, since a host can take any address of the first, a
 * site often has the second, and anybody can get the third.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { networksOf } from "./mod.ts";
 *
 * assertEquals(networksOf("192.0.2.1"), ["192.0.2.1"]);
 * assertEquals(networksOf("2001:db8::5678:0:0:0:1"), [
 *   "2001:db8:0:5678::/64",
 *   "2001:db8:0:5600::/56",
 *   "2001:db8:0::/48",
 * ]);
 * ```
 */
export function networksOf(host: string): Origin {
  if (!host.includes(":")) return [host];
  const bytes = ipBytes(host);
  if (bytes === undefined) return [host];
  if (bytes.length === 4) return [bytes.join(".")];
  const [a = 0, b = 0, c = 0, d = 0] = Array.from(
    { length: 4 },
    (_, n) => (bytes[2 * n] ?? 0) << 8 | (bytes[2 * n + 1] ?? 0),
  );
  const site = [a, b, c].map(hex).join(":");
  return [
    `${site}:${hex(d)}::/64`,
    `${site}:${hex(d & 0xFF00)}::/56`,
    `${site}::/48`,
  ];
}

/**
 * The origin of a connection: the networks of its address; none for loopback,
 * which all users of this machine share and which has no limit of its own.
 */
export function originOf(host: string): Origin {
  return isLoopback(host) ? NO_NETWORKS : networksOf(host);
}

function hex(group: number): string {
  return group.toString(16);
}
