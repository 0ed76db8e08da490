/**
 * The registry: who is registered and where, and bridging two of them.
 *
 * @module
 */
export { ListenError } from "./errors.ts";
export { connectionsThatFit, MAX_CONNECTIONS } from "./limits.ts";
export { jsonLine, type Log, type LogEntry, textLine } from "./log.ts";
export { Registry, type RegistryOptions } from "./registry.ts";
