import { type BridgeRequest, type Client, CODE } from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import { clientOf } from "./client.ts";
import type { MethodContext, SessionState } from "./context.ts";

/**
 * BRIDGE: where a client can be reached, and its key; without a target, of each
 * other client in turn.
 *
 * @throws {RateLimitError} If the client opens too many bridges.
 * @throws {RegistryError} If the target, or any other client, is not online.
 */
export async function bridge(
  context: MethodContext,
  session: SessionState,
  { target }: BridgeRequest,
): Promise<Client> {
  const { directory, nowS } = context;
  const { host, ref, clientID = "" } = session;
  context.countBridge(ref.key, host);
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
      : `${target} is not online`,
  );
}
