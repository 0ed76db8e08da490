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
export { dial, type DialOptions } from "./dial.ts";
export { DialError, type DialFailure, ListenError } from "./errors.ts";
export { acceptAll, listen } from "./listen.ts";
export { rateLimitKey } from "./subnet.ts";
export { TimedReader } from "./timed_reader.ts";
export { isDisconnect, TcpWire, type Wire } from "./wire.ts";
