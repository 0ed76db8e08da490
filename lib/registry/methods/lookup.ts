import {
  CODE,
  type LookupReply,
  type LookupRequest,
} from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import type { MethodContext, SessionState } from "./context.ts";

/**
 * LOOKUP: the key that has claimed a client ID, in any spelling, and whether the
 * client is online.
 *
 * @throws {RegistryError} If the ID is not registered and not claimed.
 */
export async function lookUp(
  { directory, claims, nowS, runTimeS }: MethodContext,
  _session: SessionState,
  { target }: LookupRequest,
): Promise<LookupReply> {
  const claim = await claims.find(target, runTimeS);
  const clientID = claim?.clientID ?? target;
  const lease = await directory.find(clientID, nowS);
  const key = claim?.key ?? lease?.session?.key;
  if (claim !== undefined || lease !== undefined) {
    return { clientID, online: lease !== undefined, key };
  }
  throw new RegistryError(CODE.notFound, `unknown client ID ${target}`);
}
