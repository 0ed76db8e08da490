import type { Candidates, Client } from "../../protocol/mod.ts";
import type { Lease } from "../store/mod.ts";

/** A client with a lease, as it is named to others. */
export function clientOf({ clientID, host, port, holder }: Lease): Client {
  const candidates: Candidates = [{ address: { host, port } }];
  return holder === undefined
    ? { clientID, candidates }
    : { clientID, candidates, key: holder.key };
}
