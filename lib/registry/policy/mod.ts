/**
 * Who may register, how often clients may ask, and how many may connect.
 *
 * @module
 */
export {
  AllowListError,
  parseAllowList,
  refusalByAllowList,
} from "./allow_list.ts";
export {
  ConnectionLimits,
  fitToFileLimit,
  MAX_CONNECTIONS,
} from "./connection_limits.ts";
export { ClientRates, type Rates, REGISTRY_RATES } from "./rates.ts";
