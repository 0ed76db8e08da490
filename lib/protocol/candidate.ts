import { type Address, formatAddress } from "../net/mod.ts";
import { clientAddress } from "./fields.ts";
import { MAX_CANDIDATES } from "./limits.ts";

/** One way in which a client may be reached (PROTOCOL.md, "BRIDGE"). */
export interface Candidate {
  /** Where to dial. */
  readonly address: Address;
}

/** Where a client may be reached, the best first: at least one. */
export type Candidates = readonly [Candidate, ...Candidate[]];

/**
 * Writes candidates, the best first, as the header `Candidates` has them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Candidates, formatCandidates, parseCandidates } from "./mod.ts";
 *
 * const candidates: Candidates = [{ address: { host: "192.0.2.1", port: 5555 } }];
 * const header = formatCandidates(candidates);
 * assertEquals(header, "192.0.2.1:5555");
 * assertEquals(parseCandidates(header), candidates);
 * ```
 */
export function formatCandidates(candidates: readonly Candidate[]): string {
  return candidates.map(({ address }) => formatAddress(address)).join(", ");
}

/**
 * Reads what {@linkcode formatCandidates} wrote: the first
 * {@linkcode MAX_CANDIDATES} of them.
 *
 * @throws {ProtocolError} If it is something else, or there is none.
 */
export function parseCandidates(text: string): Candidates {
  const [first = "", ...others] = text.split(", ", MAX_CANDIDATES);
  return [parseCandidate(first), ...others.map(parseCandidate)];
}

function parseCandidate(text: string): Candidate {
  return { address: clientAddress(text) };
}
