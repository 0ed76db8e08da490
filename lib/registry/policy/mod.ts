/**
 * Who may register, how often clients may ask, how many may connect, and who is
 * still there.
 *
 * @module
 */
export {
  AllowListError,
  allowListError,
  parseAllowList,
} from "./allow_list.ts";
export { ConnectionLimits, MAX_CONNECTIONS } from "./connection_limits.ts";
export { fitToFileLimit } from "./file_limit.ts";
export {
  type Dial,
  ReachabilityChecks,
  type ReachabilityOptions,
  type ReachabilityTimings,
} from "./reachability.ts";
export { NewClaims } from "./new_claims.ts";
export { PlainHolders } from "./plain_holders.ts";
export { formatSize, parseSize } from "./size.ts";
export { ClientRates, type Rates, REGISTRY_RATES } from "./rates.ts";
