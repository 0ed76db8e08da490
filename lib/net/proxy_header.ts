import { isIPv4, isIPv6 } from "node:net";
import { type Address, parsePort } from "./address.ts";
import { ProxyHeaderError } from "./errors.ts";
import { ipBytes, ipText } from "./ip_bytes.ts";

/**
 * Most bytes of a header, what the proxy adds to the addresses included; the
 * protocol would allow 65,551.
 */
export const MAX_PROXY_HEADER_BYTES = 4096;

/** How a header of version 2 begins. */
const SIGNATURE = Uint8Array.of(13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10);

/** The signature, version and command, family, and length. */
const FIXED_BYTES = 16;

/** How a header of version 1 begins. */
const TEXT_SIGNATURE = new TextEncoder().encode("PROXY ");

/** Most bytes of a header of version 1, its line end included. */
const MAX_TEXT_BYTES = 107;

const VERSION_2 = 2;
const COMMAND_LOCAL = 0;
const COMMAND_PROXY = 1;

/** What an address is in a family of version 2. */
interface Family {
  /** The length of an IP address, in bytes; undefined if it has none. */
  readonly ip?: number;
  /** The length of all addresses and ports, in bytes. */
  readonly length: number;
}

/** The families of version 2, each with a transport. */
const FAMILIES: ReadonlyMap<number, Family> = new Map([
  [0x00, { length: 0 }], // unspecified
  [0x11, { ip: 4, length: 12 }], // TCP over IPv4
  [0x12, { ip: 4, length: 12 }], // UDP over IPv4
  [0x21, { ip: 16, length: 36 }], // TCP over IPv6
  [0x22, { ip: 16, length: 36 }], // UDP over IPv6
  [0x31, { length: 216 }], // UNIX stream
  [0x32, { length: 216 }], // UNIX datagram
]);

/** What a proxy says of a connection that it passes on. */
export interface ProxyHeader {
  /**
   * The address of the client; undefined if the proxy names none, or has opened
   * the connection for itself, as to check that the server runs.
   */
  readonly source: Address | undefined;
  /** How many bytes the header has. */
  readonly length: number;
}

/**
 * Reads the header of the PROXY protocol at the beginning of a connection
 * (HAProxy, `doc/proxy-protocol.txt`): version 2, and version 1, which Tor
 * sends.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseProxyHeader } from "./mod.ts";
 *
 * const header = Uint8Array.fromHex(
 *   "0d0a0d0a000d0a515549540a" + // the signature
 *     "2111000c" + // version 2, PROXY, TCP over IPv4, 12 bytes
 *     "c0000207c6336401" + // from 192.0.2.7 to 198.51.100.1
 *     "9c4015b3", // from port 40000 to port 5555
 * );
 * const source = { host: "192.0.2.7", port: 40000 };
 * assertEquals(parseProxyHeader(header), { source, length: 28 });
 * assertEquals(parseProxyHeader(header.subarray(0, 27)), undefined);
 * ```
 *
 * @param bytes What has arrived so far.
 * @returns The header; undefined if more bytes are needed.
 * @throws {ProxyHeaderError} If the bytes are not the beginning of one.
 */
export function parseProxyHeader(bytes: Uint8Array): ProxyHeader | undefined {
  if (beginsAs(bytes, SIGNATURE)) return parseBinary(bytes);
  if (beginsAs(bytes, TEXT_SIGNATURE)) return parseText(bytes);
  throw new ProxyHeaderError("there is no PROXY header");
}

/** Whether bytes are the beginning of a signature, or begin with it. */
function beginsAs(bytes: Uint8Array, signature: Uint8Array): boolean {
  return bytes.subarray(0, signature.length)
    .every((byte, at) => byte === signature[at]);
}

function parseBinary(bytes: Uint8Array): ProxyHeader | undefined {
  if (bytes.length < FIXED_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const versionAndCommand = view.getUint8(12);
  const command = versionAndCommand & 0xF;
  const length = FIXED_BYTES + view.getUint16(14);
  if (versionAndCommand >> 4 !== VERSION_2) {
    throw new ProxyHeaderError("the PROXY header is of an unknown version");
  }
  if (command !== COMMAND_LOCAL && command !== COMMAND_PROXY) {
    throw new ProxyHeaderError("the PROXY header has an unknown command");
  }
  if (length > MAX_PROXY_HEADER_BYTES) {
    throw new ProxyHeaderError(
      `the PROXY header has more than ${MAX_PROXY_HEADER_BYTES} bytes`,
    );
  }
  if (command === COMMAND_LOCAL) {
    return bytes.length < length ? undefined : { source: undefined, length };
  }
  const family = FAMILIES.get(view.getUint8(13));
  if (family === undefined) {
    throw new ProxyHeaderError("the PROXY header has an unknown family");
  }
  if (length < FIXED_BYTES + family.length) {
    throw new ProxyHeaderError("the PROXY header has no room for addresses");
  }
  if (bytes.length < length) return undefined;
  const { ip } = family;
  if (ip === undefined) return { source: undefined, length };
  const host = ipText(bytes.subarray(FIXED_BYTES, FIXED_BYTES + ip));
  const port = view.getUint16(FIXED_BYTES + 2 * ip);
  return { source: { host, port }, length };
}

function parseText(bytes: Uint8Array): ProxyHeader | undefined {
  const lineEnd = bytes.subarray(0, MAX_TEXT_BYTES).indexOf(10);
  if (lineEnd < 0) {
    if (bytes.length < MAX_TEXT_BYTES) return undefined;
    throw new ProxyHeaderError(
      `the PROXY header has no line end within ${MAX_TEXT_BYTES} bytes`,
    );
  }
  const length = lineEnd + 1;
  const line = new TextDecoder().decode(bytes.subarray(0, length));
  if (/^PROXY UNKNOWN(?: [^\r]*)?\r\n$/.test(line)) {
    return { source: undefined, length };
  }
  const [, family, from = "", to = "", fromPort = "", toPort = ""] =
    /^PROXY (TCP4|TCP6) (\S+) (\S+) ([0-9]+) ([0-9]+)\r\n$/.exec(line) ?? [];
  const isIP = family === "TCP4" ? isIPv4 : isIPv6;
  const host = isIP(from) && isIP(to) ? ipBytes(from) : undefined;
  const port = parsePort(fromPort);
  if (
    host === undefined || port === undefined || parsePort(toPort) === undefined
  ) {
    throw new ProxyHeaderError("the PROXY header is malformed");
  }
  return { source: { host: ipText(host), port }, length };
}
