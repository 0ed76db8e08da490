import { type Address, formatAddress, ipBytes } from "../../net/mod.ts";

/** The first port that a program may take without privileges. */
const FIRST_UNPRIVILEGED_PORT = 1024;

/** The kinds of IP addresses that are not dialled, with a reason: a phrase. */
const REASONS = {
  unspecified: "it is not the address of a host",
  loopback: "it is this machine itself",
  linkLocal: "it is a link-local address, and not known to be on this link",
  multicast: "it is a multicast address",
  reserved: "it is a broadcast or reserved address",
  embedded: "it contains an IPv4 address that is not dialled",
} as const;

type Kind = keyof typeof REASONS;

/** A block of IP addresses: those whose first bits are the same. */
interface Block {
  /** The first bytes, in hexadecimal. */
  readonly prefix: string;
  /** How many bits count. */
  readonly bits: number;
}

/** The blocks of IPv4 addresses that are not dialled (RFC 6890). */
const IPV4_BLOCKS: readonly (Block & { readonly kind: Kind })[] = [
  { prefix: "00", bits: 8, kind: "unspecified" },
  { prefix: "7f", bits: 8, kind: "loopback" },
  { prefix: "a9fe", bits: 16, kind: "linkLocal" },
  { prefix: "e0", bits: 4, kind: "multicast" },
  { prefix: "f0", bits: 4, kind: "reserved" },
];

/** The blocks of IPv6 addresses that are not dialled (RFC 4291, section 2.4). */
const IPV6_BLOCKS: readonly (Block & { readonly kind: Kind })[] = [
  { prefix: "00".repeat(16), bits: 128, kind: "unspecified" },
  { prefix: "00".repeat(15) + "01", bits: 128, kind: "loopback" },
  { prefix: "00", bits: 96, kind: "reserved" },
  { prefix: "fe80", bits: 10, kind: "linkLocal" },
  { prefix: "ff", bits: 8, kind: "multicast" },
  // Teredo (RFC 4380), which leads to any IPv4 address and port.
  { prefix: "20010000", bits: 32, kind: "reserved" },
];

/**
 * The blocks of IPv6 addresses that lead to an IPv4 address in them, which begins
 * at the byte `at`: SIIT (RFC 7915), NAT64 (RFC 6052, RFC 8215) and 6to4.
 */
const EMBEDDING_BLOCKS: readonly (Block & { readonly at: number })[] = [
  { prefix: "00".repeat(8) + "ffff", bits: 96, at: 12 },
  { prefix: "0064ff9b", bits: 96, at: 12 },
  { prefix: "0064ff9b0001", bits: 48, at: 12 },
  { prefix: "2002", bits: 16, at: 2 },
];

/**
 * Why this client does not dial an address that others have named for a peer, as
 * a phrase; undefined if it does. An address of loopback is dialled only by a
 * client whose own connection to the registry is over loopback, and a link-local
 * one only if that connection is over the same link (SECURITY.md, "The
 * registry").
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dialObjection } from "./mod.ts";
 *
 * const registry = { host: "192.0.2.1", port: 5555 };
 * const bob = { host: "192.0.2.7", port: 40000 };
 * assertEquals(dialObjection(bob, registry), undefined);
 *
 * const here = { host: "127.0.0.1", port: 40000 };
 * assertEquals(dialObjection(here, registry), "it is this machine itself");
 * ```
 *
 * @param registry The other end of this client's connection to its registry.
 */
export function dialObjection(
  { host, port }: Address,
  registry: Address,
): string | undefined {
  const bytes = bytesOf(host);
  if (bytes === undefined) return "it is a host name, and not an IP address";
  const kind = kindOf(bytes);
  const isAllowed = kind === undefined ||
    kind === "loopback" && isLoopbackHost(registry.host) ||
    kind === "linkLocal" && isSameLink(host, registry.host);
  if (!isAllowed) return REASONS[kind];
  if (port === registry.port) {
    return isSameHost(bytes, registry.host)
      ? "it is the registry's own address"
      : undefined;
  }
  return port < FIRST_UNPRIVILEGED_PORT
    ? `port ${port} is privileged`
    : undefined;
}

/**
 * The sentence about a candidate that is not dialled.
 *
 * @param name The peer for which it was named.
 * @param objection What {@linkcode dialObjection} said.
 */
export function notDialled(
  address: Address,
  name: string,
  objection: string,
): string {
  return `the registry named ${formatAddress(address)} for ${name}, which is ` +
    `not dialled: ${objection}`;
}

/** The bytes of a host; undefined for a name, but for that of loopback. */
function bytesOf(host: string): Uint8Array | undefined {
  return ipBytes(host === "localhost" ? "127.0.0.1" : host);
}

/** The kind of an address that is not dialled; undefined for any other. */
function kindOf(bytes: Uint8Array): Kind | undefined {
  if (bytes.length === 4) return findKind(bytes, IPV4_BLOCKS);
  const embedding = EMBEDDING_BLOCKS.find((block) => isIn(bytes, block));
  if (embedding === undefined) return findKind(bytes, IPV6_BLOCKS);
  const inner = bytes.subarray(embedding.at, embedding.at + 4);
  return findKind(inner, IPV4_BLOCKS) && "embedded";
}

function findKind(
  bytes: Uint8Array,
  blocks: readonly (Block & { readonly kind: Kind })[],
): Kind | undefined {
  return blocks.find((block) => isIn(bytes, block))?.kind;
}

function isIn(bytes: Uint8Array, { prefix, bits }: Block): boolean {
  const first = Uint8Array.fromHex(prefix);
  return bytes.every((byte, at) => {
    const counting = Math.min(Math.max(bits - 8 * at, 0), 8);
    return (byte ^ (first[at] ?? 0)) >> (8 - counting) === 0;
  });
}

function isLoopbackHost(host: string): boolean {
  const bytes = bytesOf(host);
  return bytes !== undefined && kindOf(bytes) === "loopback";
}

/** Whether two hosts are the same, or both this machine. */
function isSameHost(bytes: Uint8Array, host: string): boolean {
  if (kindOf(bytes) === "loopback") return isLoopbackHost(host);
  return bytesOf(host)?.toHex() === bytes.toHex();
}

/** Whether two link-local addresses are known to be on the same link. */
function isSameLink(host: string, registry: string): boolean {
  const other = bytesOf(registry);
  const isLinkLocal = other !== undefined && kindOf(other) === "linkLocal";
  if (!isLinkLocal || bytesOf(host)?.length !== other.length) return false;
  return other.length === 4 ||
    zoneOf(host) !== undefined && zoneOf(host) === zoneOf(registry);
}

function zoneOf(host: string): string | undefined {
  return /%(.+)$/.exec(host)?.[1];
}
