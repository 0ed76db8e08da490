import type { Client } from "../../protocol/mod.ts";
import type { Lease } from "../store/mod.ts";

/** A client with a lease, as it is named to others. */
export function clientOf({ clientID, candidates, session }: Lease): Client {
  return session === undefined
    ? { clientID, candidates }
    : { clientID, candidates, key: session.key };
}
