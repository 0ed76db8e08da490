import {
  type Address,
  dial as open,
  DialError,
  formatAddress,
  type TcpWire,
} from "../../net/mod.ts";
import { PeerError } from "../errors.ts";

/**
 * How long a peer or registry has to answer, in ms: the person is told within
 * 5 s.
 */
export const DIAL_TIMEOUT_MS = 4500;

/** How long a program has to answer a HELLO before it counts as plain, in ms. */
export const HELLO_TIMEOUT_MS = 1800;

/**
 * Connects to an address within {@linkcode DIAL_TIMEOUT_MS}.
 *
 * @param whose Who is expected there, as in "the registry".
 * @param signal Gives the attempt up.
 * @throws {PeerError} If nothing answers there, saying what that may mean.
 */
export async function dial(
  address: Address,
  whose: string,
  signal?: AbortSignal,
): Promise<TcpWire> {
  try {
    return await open(address, { timeoutMs: DIAL_TIMEOUT_MS, signal });
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    throw new PeerError(
      explain(error, `${whose} at ${formatAddress(address)}`),
    );
  }
}

function explain({ failure, message }: DialError, where: string): string {
  switch (failure) {
    case "aborted":
      return `the call to ${where} was cancelled`;
    case "timeout":
      return `${where} does not answer: the address may be wrong, or a ` +
        "firewall in between";
    case "refused":
      return `${where} cannot be reached: nothing listens there`;
    case "reset":
      return `${where} closed the connection at once`;
    case "other":
      return `${where} cannot be reached: ${message}`;
  }
}
