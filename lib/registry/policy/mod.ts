/**
 * Who may register, how often clients may ask, and how many may connect.
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
export { ClientRates, type Rates, REGISTRY_RATES } from "./rates.ts";
