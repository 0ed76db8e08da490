import {
  CODE,
  type RegisterReply,
  type RegisterRequest,
} from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import type { MethodContext, SessionState } from "./context.ts";
import { endRegistration } from "./unregister.ts";

/**
 * REGISTER: claims a client ID, and leases it for as long as the session lasts.
 *
 * @throws {RegistryError} If the client may not have the ID.
 */
export function register(
  context: MethodContext,
  session: SessionState,
  { clientID, port, plain }: RegisterRequest,
): RegisterReply {
  const { directory, now } = context;
  const { host, key } = session;
  const lease = directory.find(clientID, now);
  // An ID that a client uses in plain cannot be claimed from elsewhere.
  if (lease !== undefined && !lease.holder && lease.host !== host) {
    throw inUse(clientID, "a client that speaks the plain protocol");
  }
  context.claim(clientID, key, host);
  if (!directory.hold(clientID, session, { host, port, plain }, now)) {
    throw inUse(clientID, "somebody else");
  }
  if (session.clientID !== clientID) endRegistration(context, session);
  session.clientID = clientID;
  return { clientID, address: { host, port } };
}

function inUse(clientID: string, by: string): RegistryError {
  return new RegistryError(CODE.conflict, `${clientID} is in use by ${by}`);
}
