/**
 * Reaching a peer or registry: dialling addresses, and the paths that have
 * worked.
 *
 * @module
 */
export {
  type CandidateOptions,
  type Connect,
  dial,
  dialCandidates,
  type DialledWire,
  type PeerDialOptions,
} from "./dial.ts";
export { DialBackoff, type DialBackoffOptions } from "./dial_backoff.ts";
export { dialObjection, notDialled } from "./dial_filter.ts";
export { comparePaths, type Path, type PathKind } from "./path.ts";
