import { type Address, formatAddress } from "./address.ts";
import { TcpWire } from "./wire.ts";
import { PeerError } from "../peer/mod.ts";

/**
 * How long anybody has to answer before the peer gives up, in ms: a person is
 * told within 5 s.
 */
export const DIAL_TIMEOUT_MS = 4500;

/** How long a program has to answer a HELLO before it is a plain one, in ms. */
export const HELLO_TIMEOUT_MS = 1800;

/**
 * Connects to an address within {@linkcode DIAL_TIMEOUT_MS}.
 *
 * @param whose Who is to be found there, as in "the registry".
 * @param signal Calls it off.
 * @throws {PeerError} If nobody answers there, saying what that may mean.
 */
export async function dial(
  address: Address,
  whose: string,
  signal?: AbortSignal,
): Promise<TcpWire> {
  const giveUp = new AbortController();
  const callOff = () => giveUp.abort();
  const timer = setTimeout(callOff, DIAL_TIMEOUT_MS);
  signal?.addEventListener("abort", callOff);
  if (signal?.aborted) callOff();
  try {
    const conn = await Deno.connect({
      hostname: address.host,
      port: address.port,
      signal: giveUp.signal,
    });
    return new TcpWire(conn);
  } catch (error) {
    const where = `${whose} at ${formatAddress(address)}`;
    if (signal?.aborted) throw new PeerError(`${where} is not called any more`);
    if (giveUp.signal.aborted) {
      throw new PeerError(
        `${where} does not answer: the address may be wrong, or a firewall in between`,
      );
    }
    throw new PeerError(whyNot(error, where));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", callOff);
  }
}

function whyNot(error: unknown, where: string): string {
  if (error instanceof Deno.errors.ConnectionRefused) {
    return `${where} cannot be reached: nothing listens there`;
  }
  if (error instanceof Deno.errors.ConnectionReset) {
    return `${where} closed the connection at once`;
  }
  const words = error instanceof Error ? error.message : String(error);
  return `${where} cannot be reached: ${words}`;
}
