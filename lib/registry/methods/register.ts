import {
  CODE,
  type RegisterReply,
  type RegisterRequest,
} from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import type { MethodContext, SessionState } from "./context.ts";
import { endRegistration } from "./end_registration.ts";

/**
 * REGISTER: claims a client ID, and leases it for as long as the session lasts.
 *
 * @throws {RateLimitError} If the client claims too many.
 * @throws {RegistryError} If the client may not have the ID.
 */
export async function register(
  context: MethodContext,
  session: SessionState,
  { clientID, port, plain }: RegisterRequest,
): Promise<RegisterReply> {
  const { directory, nowS } = context;
  const { host, ref } = session;
  const lease = await directory.find(clientID, nowS);
  // An ID that is registered in plain can be claimed from the same host only.
  if (lease !== undefined && !lease.session && lease.host !== host) {
    throw inUse(clientID, "a client that speaks the plain protocol");
  }
  await claim(context, session, clientID);
  const request = { host, port, plain };
  const result = await directory.leaseToSession(clientID, ref, request, nowS);
  if (!result.isLeased) throw inUse(clientID, "another client");
  if (result.replaced !== undefined) {
    await context.push.notify(result.replaced, {
      type: "dismissed",
      error: {
        code: CODE.conflict,
        reason: "you have registered on another connection",
      },
    });
  }
  if (session.clientID !== clientID) await endRegistration(context, session);
  session.clientID = clientID;
  return { clientID, address: { host, port } };
}

/** Claims a client ID, or renews the claim. */
async function claim(
  context: MethodContext,
  { host, ref: { key } }: SessionState,
  clientID: string,
): Promise<void> {
  const { claims, runTimeS } = context;
  context.checkAllowed(key);
  const owner = await claims.owner(clientID, runTimeS);
  if (owner === undefined) context.countClaim(key, host);
  if (await claims.claim(clientID, key, runTimeS)) return;
  throw new RegistryError(
    CODE.forbidden,
    `${clientID} belongs to another key: choose another client ID, or use ` +
      "the identity that it was first registered with",
  );
}

function inUse(clientID: string, by: string): RegistryError {
  return new RegistryError(CODE.conflict, `${clientID} is in use by ${by}`);
}
