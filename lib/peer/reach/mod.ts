/**
 * Reaching a peer or registry: dialling addresses, and the paths that have
 * worked.
 *
 * @module
 */
export {
  dial,
  DIAL_TIMEOUT_MS,
  dialCandidates,
  type DialledWire,
  HELLO_TIMEOUT_MS,
} from "./dial.ts";
export { comparePaths, type Path, type PathKind } from "./path.ts";
