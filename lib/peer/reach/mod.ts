/**
 * Reaching an address of a peer or registry.
 *
 * @module
 */
export { dial, DIAL_TIMEOUT_MS, HELLO_TIMEOUT_MS } from "./dial.ts";
