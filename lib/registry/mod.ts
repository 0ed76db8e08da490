/**
 * The registry: which clients are registered and where, and introducing them
 * to each other.
 *
 * @module
 */
export { StateError, StateInUseError } from "./errors.ts";
export { jsonLine, type Log, type LogEntry, textLine } from "./log.ts";
export type { Rate } from "../limits/mod.ts";
export {
  AllowListError,
  type Dial,
  fitToFileLimit,
  formatSize,
  MAX_CONNECTIONS,
  parseAllowList,
  parseSize,
  type Rates,
  REGISTRY_RATES,
} from "./policy/mod.ts";
export { Registry, type RegistryOptions } from "./registry.ts";
export * from "./store/mod.ts";
export { REGISTRY_TIMINGS, type RegistryTimings } from "./timings.ts";
