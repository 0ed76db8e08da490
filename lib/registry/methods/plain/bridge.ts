import type { Message } from "../../../framing/mod.ts";
import { decodePlainBridge, plainBridgeReply } from "../../../protocol/mod.ts";
import type { PlainContext } from "./context.ts";

/**
 * BRIDGE: where a client can be reached that also talks in plain; without a
 * target, each other such client in turn.
 *
 * @throws {ProtocolError} If the request is malformed.
 */
export function bridge(
  { directory, now }: PlainContext,
  host: string,
  message: Message,
): string {
  const { clientID, target } = decodePlainBridge(message);
  const lease = target === undefined
    ? directory.offer(clientID, host, now, true)
    : directory.find(target, now);
  const isNamed = lease?.plain && lease.clientID !== clientID;
  return plainBridgeReply(isNamed ? lease : undefined);
}
