import type { Message } from "../../../framing/mod.ts";
import {
  decodePlainBridge,
  type PlainBridge,
  plainBridgeReply,
} from "../../../protocol/mod.ts";
import type { Awaitable, Lease } from "../../store/mod.ts";
import { plainClientOf } from "./client.ts";
import type { PlainContext } from "./context.ts";
import { thenSync } from "./then_sync.ts";

/**
 * BRIDGE: where a client can be reached that also talks in plain; without a
 * target, each other such client in turn.
 *
 * @throws {ProtocolError} If the request is malformed.
 */
export function bridge(
  context: PlainContext,
  host: string,
  message: Message,
): Awaitable<string> {
  const request = decodePlainBridge(message);
  const { directory, nowS } = context;
  const lease = request.target === undefined
    ? directory.nextClient(request.clientID, host, nowS, true)
    : directory.find(request.target, nowS);
  return thenSync(lease, reply, context, host, request);
}

function reply(
  lease: Lease | undefined,
  _context: PlainContext,
  _host: string,
  { clientID }: PlainBridge,
): string {
  const isNamed = lease?.plain && lease.clientID !== clientID;
  return plainBridgeReply(isNamed ? plainClientOf(lease) : undefined);
}
