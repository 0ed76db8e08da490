/**
 * Who may do what, and how often.
 *
 * @module
 */
export { AllowListError, parseAllowList } from "./allow_list.ts";
export {
  ConnectionLimits,
  connectionsThatFit,
  MAX_CONNECTIONS,
} from "./connection_limits.ts";
export { ClientRates, RATES, type Rates } from "./rates.ts";
