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
export function lookUp(
  context: MethodContext,
  _session: SessionState,
  { target }: LookupRequest,
): LookupReply {
  const lease = context.directory.find(target, context.now);
  const online = lease !== undefined;
  const key = online ? lease.holder?.key : context.owner(target);
  if (!online && key === undefined) {
    throw new RegistryError(CODE.notFound, `${target} is not known`);
  }
  return { clientID: target, online, key };
}
