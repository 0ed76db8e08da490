import { type Address, formatAddress } from "../net/mod.ts";
import { clientAddress } from "./fields.ts";

/** One way in which a client may be reached (PROTOCOL.md, "BRIDGE"). */
export interface Candidate {
  /** Where to dial. */
  readonly address: Address;
}

/** Writes candidates, the best first, as the header `Candidates` has them. */
export function formatCandidates(candidates: readonly Candidate[]): string {
  return candidates.map(({ address }) => formatAddress(address)).join(", ");
}

/**
 * Reads what {@linkcode formatCandidates} wrote.
 *
 * @throws {ProtocolError} If it is something else, or there is none.
 */
export function parseCandidates(text: string): Candidate[] {
  return text.split(", ").map((part) => ({ address: clientAddress(part) }));
}
