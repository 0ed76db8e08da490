import {
  CODE,
  type RegisterReply,
  type RegisterRequest,
} from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import type { Awaitable, Claim, SessionRef } from "../store/mod.ts";
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
  { clientID, port, plain, rotations }: RegisterRequest,
): Promise<RegisterReply> {
  const { directory, nowS } = context;
  const { host, ref } = session;
  const lease = await directory.find(clientID, nowS);
  // An ID that is registered in plain can be claimed from the same host only.
  if (lease !== undefined && !lease.session && lease.host !== host) {
    throw inUse(clientID, "a client that speaks the plain protocol");
  }
  if (rotations.length > 0) {
    await moveClaim(context, session, clientID, rotations);
  }
  const before = await claim(context, session, clientID);
  const request = { host, port, plain };
  const result = await directory.leaseToSession(clientID, ref, request, nowS);
  if (!result.isLeased) throw inUse(clientID, "another client");
  if (result.replaced !== undefined) await dismiss(context, result.replaced);
  if (before !== undefined && before.clientID !== clientID) {
    await endOldSpelling(context, session, before);
  }
  if (session.clientID !== clientID) await endRegistration(context, session);
  session.clientID = clientID;
  return { clientID, address: { host, port } };
}

/**
 * Claims a client ID, or renews the claim.
 *
 * @returns The claim as it was before.
 */
async function claim(
  context: MethodContext,
  { origin, ref: { key } }: SessionState,
  clientID: string,
): Promise<Claim | undefined> {
  const { claims, runTimeS } = context;
  context.checkAllowed(key);
  const before = await claims.find(clientID, runTimeS);
  if (before === undefined) context.countClaim(key, origin);
  if (await claims.claim(clientID, key, runTimeS)) {
    if (before === undefined) context.newClaims.add(clientID, context.nowS);
    return before;
  }
  throw new RegistryError(
    CODE.forbidden,
    `${clientID} belongs to another key: choose another client ID, or use ` +
      "the identity that it was first registered with",
  );
}

/**
 * Moves the claim on a client ID to the session's key, if its owner has stated
 * that this key takes the place of its own (PROTOCOL.md, "Key rotation").
 */
async function moveClaim(
  context: MethodContext,
  session: SessionState,
  clientID: string,
  rotations: readonly Uint8Array[],
): Promise<void> {
  const { claims, directory, nowS, runTimeS } = context;
  const { origin, ref: { key } } = session;
  context.checkAllowed(key);
  const owner = await claims.find(clientID, runTimeS);
  if (owner === undefined || owner.key === key) return;
  // Opening statements costs more than the rate of requests allows for.
  context.countClaim(key, origin);
  const change = { clientID, fromKey: owner.key, toKey: key };
  if (!context.isRotated(rotations, change)) return;
  await claims.move(clientID, owner.key, key, runTimeS);
  const lease = await directory.find(owner.clientID, nowS);
  if (lease?.session?.key !== owner.key) return;
  await directory.revoke(lease);
  await dismiss(context, lease.session);
}

/** Ends the lease that another session of the client has on the old spelling. */
async function endOldSpelling(
  context: MethodContext,
  { ref }: SessionState,
  { clientID }: Claim,
): Promise<void> {
  const { directory, nowS } = context;
  const lease = await directory.find(clientID, nowS);
  const other = lease?.session;
  if (lease === undefined || other === undefined) return;
  if (other.key !== ref.key || other.id === ref.id) return;
  await directory.revoke(lease);
  await dismiss(context, other);
}

/** Tells a session that another one of its client has taken its place. */
function dismiss(
  { push }: MethodContext,
  session: SessionRef,
): Awaitable<void> {
  return push.notify(session, {
    type: "dismissed",
    error: {
      code: CODE.conflict,
      reason: "you have registered on another connection",
    },
  });
}

function inUse(clientID: string, by: string): RegistryError {
  return new RegistryError(CODE.conflict, `${clientID} is in use by ${by}`);
}
