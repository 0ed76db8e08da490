import { type BridgeRequest, type Client, CODE } from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import type { Lease } from "../store/mod.ts";
import { clientOf } from "./client.ts";
import type { MethodContext, SessionState } from "./context.ts";

/**
 * BRIDGE: where a client can be reached, and its key; without a target, of each
 * other client in turn.
 *
 * @throws {RegistryError} If the target, or any other client, is not online.
 */
export async function bridge(
  context: MethodContext,
  { host, clientID = "" }: SessionState,
  { target }: BridgeRequest,
): Promise<Client> {
  const lease = target === undefined
    ? await nextReachable(context, host, clientID)
    : await named(context, target);
  if (lease !== undefined && lease.clientID !== clientID) {
    return clientOf(lease);
  }
  throw new RegistryError(
    CODE.notFound,
    target === undefined
      ? "no other client is online"
      : await notRegistered(context, target),
  );
}

/** Why no client is named, with the spelling in which the ID is claimed. */
async function notRegistered(
  { claims, runTimeS }: MethodContext,
  target: string,
): Promise<string> {
  const claim = await claims.find(target, runTimeS);
  return claim === undefined || claim.clientID === target
    ? `${target} is not registered`
    : `${target} is not registered: did you mean ${claim.clientID}?`;
}

/**
 * The lease of a client ID; none of a client in plain whose ID a key has claimed
 * since then, in another spelling.
 */
async function named(
  { claims, directory, nowS, runTimeS }: MethodContext,
  target: string,
): Promise<Lease | undefined> {
  const lease = await directory.find(target, nowS);
  return lease === undefined || lease.session ||
      await claims.find(target, runTimeS) === undefined
    ? lease
    : undefined;
}

/** The next client to offer; one that has registered in plain is checked. */
async function nextReachable(
  context: MethodContext,
  host: string,
  clientID: string,
): Promise<Lease | undefined> {
  const { directory, reachability } = context;
  const next = () => directory.nextClient(clientID, host, context.nowS, false);
  const offer = await next();
  return offer !== undefined && reachability.isDue(offer)
    ? await reachability.firstReachable(offer, next)
    : offer?.lease;
}

/**
 * Counts a BRIDGE.
 *
 * @throws {RateLimitError} If the client opens too many bridges.
 */
export function countBridge(
  context: MethodContext,
  { ref }: SessionState,
): void {
  context.countBridge(ref.key);
}
