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
    : await context.directory.find(target, context.nowS);
  if (lease !== undefined && lease.clientID !== clientID) {
    return clientOf(lease);
  }
  throw new RegistryError(
    CODE.notFound,
    target === undefined
      ? "no other client is online"
      : `${target} is not registered`,
  );
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
  { host, ref }: SessionState,
): void {
  context.countBridge(ref.key, host);
}
