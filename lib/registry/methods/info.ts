import {
  type Client,
  CODE,
  type InfoReply,
  type InfoRequest,
} from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import type { Lease } from "../store/mod.ts";
import { clientOf } from "./client.ts";
import type { Listing, MethodContext, SessionState } from "./context.ts";

/** How many leases one INFO looks at: none holds the registry up. */
const MAX_SCANNED = 20_000;

/**
 * INFO: a page of the clients that are registered.
 *
 * @throws {RegistryError} If the request does not begin where the last page of
 * the session ended.
 */
export function info(
  { directory, now }: MethodContext,
  session: SessionState,
  { prefix, limit, after }: InfoRequest,
): InfoReply {
  const leases = after === undefined
    ? directory.leases()
    : goOn(session.listing, prefix, after);
  const clients: Client[] = [];
  let last: Lease | undefined;
  for (let n = 0; clients.length < limit && n < MAX_SCANNED; n++) {
    const { done, value } = leases.next();
    last = done ? undefined : value;
    if (last === undefined) break;
    if (last.expires > now && last.clientID.startsWith(prefix)) {
      clients.push(clientOf(last));
    }
  }
  session.listing = last && { prefix, after: last.clientID, leases };
  return { clients, after: last?.clientID };
}

function goOn(
  listing: Listing | undefined,
  prefix: string,
  after: string,
): Iterator<Lease> {
  if (listing?.after === after && listing.prefix === prefix) {
    return listing.leases;
  }
  throw new RegistryError(
    CODE.badRequest,
    "After is not where the last page ended",
  );
}
