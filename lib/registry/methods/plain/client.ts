import type { Address } from "../../../net/mod.ts";
import type { Lease } from "../../store/mod.ts";

/** A client as the plain protocol names it: with one address. */
export function plainClientOf(
  { clientID, candidates: [{ address }] }: Lease,
): Address & { readonly clientID: string } {
  return { clientID, host: address.host, port: address.port };
}
