/**
 * The registry: who is registered and where, and bridging two of them.
 *
 * @module
 */
export { AllowListError, parseAllowList } from "./policy/mod.ts";
export { StateError } from "./errors.ts";
export { connectionsThatFit, MAX_CONNECTIONS } from "./policy/mod.ts";
export { jsonLine, type Log, type LogEntry, textLine } from "./log.ts";
export { type Kept, openFolder } from "./store/mod.ts";
export type { Rate } from "../limits/mod.ts";
export { RATES, type Rates } from "./policy/mod.ts";
export { Registry, type RegistryOptions } from "./registry.ts";
export { openState, type State } from "./store/mod.ts";
export type { Claims } from "./store/mod.ts";
export type { Collection, Letter, Mailbox } from "./store/mod.ts";
