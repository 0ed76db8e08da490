import { CODE, type InfoReply, type InfoRequest } from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import type { Cursor } from "../store/mod.ts";
import { clientOf } from "./client.ts";
import type { Listing, MethodContext, SessionState } from "./context.ts";

/**
 * INFO: a page of the clients that are registered.
 *
 * @throws {RegistryError} If the request does not begin where the last page of
 * the session ended.
 */
export async function info(
  { directory, nowS }: MethodContext,
  session: SessionState,
  { prefix, limit, after: wanted }: InfoRequest,
): Promise<InfoReply> {
  const after = wanted === undefined
    ? undefined
    : cursorAt(session.listing, prefix, wanted);
  const { leases, end } = await directory.list({ prefix, limit, after }, nowS);
  session.listing = end &&
    { prefix, after: end.clientID, cursor: end.cursor };
  return { clients: leases.map(clientOf), after: end?.clientID };
}

/** Where the page goes on that is asked for. */
function cursorAt(
  listing: Listing | undefined,
  prefix: string,
  after: string,
): Cursor {
  if (listing?.after === after && listing.prefix === prefix) {
    return listing.cursor;
  }
  throw new RegistryError(
    CODE.badRequest,
    "After is not where the last page ended",
  );
}
