import {
  CODE,
  type LookupReply,
  type LookupRequest,
} from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import type { MethodContext, SessionState } from "./context.ts";

/**
 * LOOKUP: the key of a client ID, of its client if that is online, else the one
 * that has claimed it.
 *
 * @throws {RegistryError} If the ID is not registered and not claimed.
 */
export async function lookUp(
  { directory, claims, nowS, runTimeS }: MethodContext,
  _session: SessionState,
  { target }: LookupRequest,
): Promise<LookupReply> {
  const lease = await directory.find(target, nowS);
  if (lease !== undefined) {
    return { clientID: target, online: true, key: lease.session?.key };
  }
  const key = await claims.owner(target, runTimeS);
  if (key !== undefined) return { clientID: target, online: false, key };
  throw new RegistryError(CODE.notFound, `unknown client ID ${target}`);
}
