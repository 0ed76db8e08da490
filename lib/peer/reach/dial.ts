import {
  type Address,
  dial as connectTo,
  DialError,
  type DialOptions,
  formatAddress,
  type TcpWire,
} from "../../net/mod.ts";
import type { Candidate, Candidates } from "../../protocol/mod.ts";
import { PeerError } from "../errors.ts";

/** Opens a TCP connection, as {@linkcode connectTo} does. */
export type Connect = typeof connectTo;

/** How {@linkcode dial} dials. */
export interface PeerDialOptions extends DialOptions {
  /** Opens the connection. Default: over TCP. */
  readonly connect?: Connect | undefined;
}

/** How {@linkcode dialCandidates} dials. */
export interface CandidateOptions extends PeerDialOptions {
  /**
   * Why a candidate is not dialled, as a sentence; undefined if it is. It is
   * asked immediately before a dial.
   */
  readonly refusal: (address: Address) => string | undefined;
}

/**
 * Connects to an address.
 *
 * @param name What is expected there, as in "the registry".
 * @throws {PeerError} If it does not, with the likely reason.
 */
export async function dial(
  address: Address,
  name: string,
  { connect = connectTo, ...options }: PeerDialOptions,
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
 * @param options How long all of them have together, and which are not dialled.
 * @throws {PeerError} If none does, with the likely reason of the first, or why
 * it was not dialled.
 */
export async function dialCandidates(
  candidates: Candidates,
  name: string,
  { timeoutMs, refusal, ...options }: CandidateOptions,
): Promise<DialledWire> {
  const deadline = performance.now() + timeoutMs;
  let failure: unknown;
  for (const [index, candidate] of candidates.entries()) {
    const left = deadline - performance.now();
    const share = Math.max(left, 0) / (candidates.length - index);
    try {
      const refused = refusal(candidate.address);
      if (refused !== undefined) throw new PeerError(refused);
      const wire = await dial(candidate.address, name, {
        ...options,
        timeoutMs: share,
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
