/**
 * Sockets: addresses, dialling, listening, and streams of bytes. Knows nothing
 * of messages.
 *
 * @module
 */
export {
  type Address,
  formatAddress,
  isLoopback,
  isLoopbackIPv4,
  parseAddress,
  parsePort,
} from "./address.ts";
export { AddressBlock } from "./address_block.ts";
export { closeOnAbort } from "./close_on_abort.ts";
export { dial, type DialOptions, isDialPermitted } from "./dial.ts";
export {
  AddressError,
  DialError,
  type DialFailure,
  ListenError,
  NetError,
  ProxyHeaderError,
} from "./errors.ts";
export { ipBytes, ipText } from "./ip_bytes.ts";
export { acceptAll, listen } from "./listen.ts";
export { PeekedWire } from "./peeked_wire.ts";
export { acceptProxied } from "./proxied_wire.ts";
export {
  MAX_PROXY_HEADER_BYTES,
  parseProxyHeader,
  type ProxyHeader,
} from "./proxy_header.ts";
export { networksOf, type Origin, originOf } from "./subnet.ts";
export { TimedReader } from "./timed_reader.ts";
export { isDisconnect, TcpWire, type Wire } from "./wire.ts";
