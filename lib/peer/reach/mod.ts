/**
 * Reaching a peer or registry: dialling addresses, and the paths that have
 * worked.
 *
 * @module
 */
export { dial, dialCandidates, type DialledWire } from "./dial.ts";
export { comparePaths, type Path, type PathKind } from "./path.ts";
