import { isIP } from "node:net";

/** How an IPv4-mapped IPv6 address begins (RFC 4291, section 2.5.5.2). */
const MAPPED_PREFIX = "00000000000000000000ffff";

/**
 * The bytes of an IP address, the same for each way to write it (RFC 4291,
 * section 2.2): 4 of an IPv4 address, also of one that is mapped to IPv6; 16 of
 * any other IPv6 address. The zone of an IPv6 address (`%eth0`) is left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ipBytes } from "./mod.ts";
 *
 * assertEquals(ipBytes("192.0.2.1"), Uint8Array.of(192, 0, 2, 1));
 * assertEquals(ipBytes("::ffff:192.0.2.1"), Uint8Array.of(192, 0, 2, 1));
 * assertEquals(ipBytes("::1")?.length, 16);
 * assertEquals(ipBytes("example.org"), undefined);
 * ```
 *
 * @returns Undefined if the text is no IP address.
 */
export function ipBytes(text: string): Uint8Array | undefined {
  switch (isIP(text)) {
    case 4:
      return Uint8Array.from(text.split(".").map(Number));
    case 6:
      return ipv6Bytes(text.replace(/%.*$/, ""));
    default:
      return undefined;
  }
}

function ipv6Bytes(text: string): Uint8Array {
  const [head = [], tail = []] = text.split("::").map(bytesOfGroups);
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes.toHex().startsWith(MAPPED_PREFIX) ? bytes.subarray(12) : bytes;
}

/** The bytes of groups of hexadecimal digits, of which the last may be IPv4. */
function bytesOfGroups(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (group.includes(".")) return group.split(".").map(Number);
    const number = parseInt(group, 16);
    return [number >> 8, number & 0xFF];
  });
}

/**
 * Writes an IP address of 4 or 16 bytes as the runtime does: as in RFC 5952, and
 * one that is mapped to IPv6 as IPv4.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ipBytes, ipText } from "./mod.ts";
 *
 * const bytes = ipBytes("2001:DB8:0:0::1");
 * assertEquals(bytes && ipText(bytes), "2001:db8::1");
 * ```
 */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const hex = bytes.toHex();
  if (hex.startsWith(MAPPED_PREFIX)) return ipText(bytes.subarray(12));
  const groups = hex.match(/.{4}/g)?.join(":");
  // A URL has the shortest form of an IPv6 address.
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}
