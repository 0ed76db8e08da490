import { type BridgeRequest, type Client, CODE } from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import { clientOf } from "./client.ts";
import type { MethodContext, SessionState } from "./context.ts";

/**
 * BRIDGE: where a client can be reached, and its key; without a target, of each
 * other client in turn.
 *
 * @throws {RegistryError} If the target, or any other client, is not online.
 */
export async function bridge(
  { directory, nowS }: MethodContext,
  session: SessionState,
  { target }: BridgeRequest,
): Promise<Client> {
  const { host, clientID = "" } = session;
  const lease =
    await (target === undefined
      ? directory.nextClient(clientID, host, nowS, false)
      : directory.find(target, nowS));
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
