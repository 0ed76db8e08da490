import { type Address, ipBytes } from "../../lib/net/mod.ts";

/** What a header of version 2 of the PROXY protocol has. */
export interface ProxyHeaderFields {
  /** Version and command. Default: version 2, PROXY. */
  readonly command?: number;
  /** Family and transport. Default: TCP, over what the source is. */
  readonly family?: number;
  /** What stands behind the addresses. Default: nothing. */
  readonly further?: Uint8Array;
}

/** The bytes with which such a header begins. */
export const PROXY_SIGNATURE = Uint8Array.fromHex("0d0a0d0a000d0a515549540a");

/** Where the connection of the client led, as the proxy says. */
const TARGET_PORT = 5555;

/** A header of version 2 that names a client, an IP address. */
export function proxyHeader(
  source: Address,
  fields: ProxyHeaderFields = {},
): Uint8Array {
  // An IPv4 address that is mapped to IPv6 is one of 4 bytes here.
  const from = ipBytes(source.host) ?? new Uint8Array(4);
  const ports = new Uint8Array(4);
  const view = new DataView(ports.buffer);
  view.setUint16(0, source.port);
  view.setUint16(2, TARGET_PORT);
  const addresses = [...from, ...new Uint8Array(from.length), ...ports];
  return rawProxyHeader(Uint8Array.from(addresses), {
    family: from.length === 4 ? 0x11 : 0x21,
    ...fields,
  });
}

/** A header of version 2 with any bytes for its addresses. */
export function rawProxyHeader(
  addresses: Uint8Array,
  { command = 0x21, family = 0x00, further = new Uint8Array() }:
    ProxyHeaderFields = {},
): Uint8Array {
  const length = addresses.length + further.length;
  const fixed = [command, family, length >> 8, length & 0xFF];
  return Uint8Array.from([
    ...PROXY_SIGNATURE,
    ...fixed,
    ...addresses,
    ...further,
  ]);
}
