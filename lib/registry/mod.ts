/**
 * The registry: who is registered and where, and bridging two of them.
 *
 * @module
 */
export { AllowListError, parseAllowList } from "./allow_list.ts";
export { ListenError, StateError } from "./errors.ts";
export { connectionsThatFit, MAX_CONNECTIONS } from "./limits.ts";
export { jsonLine, type Log, type LogEntry, textLine } from "./log.ts";
export { type Kept, openFolder } from "./open_folder.ts";
export { type Rate } from "./rate.ts";
export { RATES, type Rates } from "./rates.ts";
export { Registry, type RegistryOptions } from "./registry.ts";
export { openState, type State } from "./state.ts";
export type { Claims } from "./claims.ts";
export type { Collection, Letter, Mailbox } from "./mailbox.ts";
