import type { Address } from "../../net/mod.ts";

/**
 * How a path leads to a peer: on the same network, by an address that accepts
 * connections, through NATs by a simultaneous open, or by way of the registry.
 */
export type PathKind = "lan" | "direct" | "punched" | "relay";

/** The kinds of paths, the preferred one first. */
const KINDS: readonly PathKind[] = ["lan", "direct", "punched", "relay"];

/** A way to a peer that has worked; each link between two peers uses one. */
export interface Path {
  /** How it leads there. */
  readonly kind: PathKind;
  /** The other end of its connection. */
  readonly address: Address;
  /** Its round-trip time, in ms, once that is measured. */
  readonly roundTripMs?: number;
  /** A number that grows with each path of a conversation. */
  readonly generation: number;
}

/**
 * Compares two paths, for a sort that puts the best one first: by their kind,
 * then by their round-trip time, of which an unknown one counts as the longest,
 * then the later one before the earlier one.
 *
 * @returns Less than 0 if the first is better, more than 0 if the second is.
 */
export function comparePaths(one: Path, other: Path): number {
  const byKind = KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind);
  if (byKind !== 0) return byKind;
  const { roundTripMs: first = Infinity } = one;
  const { roundTripMs: second = Infinity } = other;
  if (first !== second) return first < second ? -1 : 1;
  return other.generation - one.generation;
}
