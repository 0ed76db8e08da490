/**
 * Sockets: addresses, dialling, listening, and streams of bytes. Knows nothing
 * of messages.
 *
 * @module
 */
export {
  type Address,
  AddressError,
  formatAddress,
  isLoopback,
  parseAddress,
  parsePort,
} from "./address.ts";
export { dial, DIAL_TIMEOUT_MS, HELLO_TIMEOUT_MS } from "./dial.ts";
export { listen } from "./listen.ts";
export { rateLimitKey } from "./subnet.ts";
export { TimedReader } from "./timed_reader.ts";
export { acceptAll, isDisconnect, TcpWire, type Wire } from "./wire.ts";
