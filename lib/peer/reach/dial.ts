import {
  type Address,
  dial as connect,
  DialError,
  type DialOptions,
  formatAddress,
  type TcpWire,
} from "../../net/mod.ts";
import type { Candidate, Candidates } from "../../protocol/mod.ts";
import { PeerError } from "../errors.ts";

/**
 * Connects to an address.
 *
 * @param name What is expected there, as in "the registry".
 * @throws {PeerError} If it does not, with the likely reason.
 */
export async function dial(
  address: Address,
  name: string,
  options: DialOptions,
): Promise<TcpWire> {
  try {
    return await connect(address, options);
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    throw new PeerError(explain(error, `${name} at ${formatAddress(address)}`));
  }
}

/** A connection, and the candidate that accepted it. */
export interface DialledWire {
  /** The connection. */
  readonly wire: TcpWire;
  /** The candidate that accepted it. */
  readonly candidate: Candidate;
}

/**
 * Connects to the first candidate that accepts a connection. The candidates are
 * tried in their order and share the timeout: each has an equal part of what is
 * left of it.
 *
 * @param name What is expected there.
 * @param options How long all of them have together.
 * @throws {PeerError} If none does, with the likely reason of the first.
 */
export async function dialCandidates(
  candidates: Candidates,
  name: string,
  { timeoutMs, signal }: DialOptions,
): Promise<DialledWire> {
  const deadline = performance.now() + timeoutMs;
  let failure: unknown;
  for (const [index, candidate] of candidates.entries()) {
    const left = deadline - performance.now();
    const share = Math.max(left, 0) / (candidates.length - index);
    try {
      const wire = await dial(candidate.address, name, {
        timeoutMs: share,
        signal,
      });
      return { wire, candidate };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

function explain({ failure, message }: DialError, where: string): string {
  switch (failure) {
    case "aborted":
      return `dialling ${where} was cancelled`;
    case "timeout":
      return `${where} does not answer: the address may be wrong, or a ` +
        "firewall may drop the connection";
    case "refused":
      return `${where} cannot be reached: nothing listens there`;
    case "reset":
      return `${where} reset the connection`;
    case "lookup":
      return `${where} cannot be reached: its host name was not found`;
    case "other":
      return `${where} cannot be reached: ${message}`;
  }
}
