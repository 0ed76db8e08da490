import { type Address, formatAddress } from "./address.ts";
import { PeerError } from "../peer/mod.ts";

/**
 * Listens at an address.
 *
 * @throws {PeerError} If that cannot be, with a sentence that says why.
 */
export function listen(address: Address): Deno.TcpListener {
  const { host: hostname, port } = address;
  try {
    return Deno.listen({ hostname, port });
  } catch (error) {
    throw new PeerError(whyNot(error, address));
  }
}

function whyNot(error: unknown, address: Address): string {
  const where = formatAddress(address);
  if (error instanceof Deno.errors.AddrInUse) {
    return `${where} is in use by another program: choose another port, or 0 ` +
      "for a free one";
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return `${where} is not an address of this machine`;
  }
  return `cannot listen on ${where}: ${
    error instanceof Error ? error.message : String(error)
  }`;
}
