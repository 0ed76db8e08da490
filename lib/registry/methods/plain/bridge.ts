import type { Message } from "../../../framing/mod.ts";
import {
  decodePlainBridge,
  type PlainBridge,
  plainBridgeReply,
} from "../../../protocol/mod.ts";
import type { Awaitable, Lease, Offer } from "../../store/mod.ts";
import { plainClientOf } from "./client.ts";
import type { PlainClient, PlainContext } from "./context.ts";
import { thenSync } from "./then_sync.ts";

/**
 * BRIDGE: where a client can be reached that also talks in plain; without a
 * target, each other such client in turn, those last that are gone.
 *
 * @throws {ProtocolError} If the request is malformed.
 */
export function bridge(
  context: PlainContext,
  client: PlainClient,
  message: Message,
): Awaitable<string> {
  const request = decodePlainBridge(message);
  const { directory, nowS } = context;
  const { clientID, target } = request;
  if (target !== undefined) {
    const lease = directory.find(target, nowS);
    return thenSync(lease, reply, context, client, request);
  }
  const offer = directory.nextClient(clientID, client.host, nowS, true);
  return thenSync(offer, check, context, client, request);
}

/** Offers a client, or the next one if that has to be checked and is gone. */
function check(
  offer: Offer | undefined,
  context: PlainContext,
  client: PlainClient,
  request: PlainBridge,
): Awaitable<string> {
  const { directory, reachability } = context;
  if (offer === undefined || !reachability.isDue(offer)) {
    return reply(offer?.lease, context, client, request);
  }
  const lease = reachability.firstReachable(
    offer,
    () =>
      directory.nextClient(request.clientID, client.host, context.nowS, true),
  );
  return thenSync(lease, reply, context, client, request);
}

function reply(
  lease: Lease | undefined,
  _context: PlainContext,
  _client: PlainClient,
  { clientID }: PlainBridge,
): string {
  const isNamed = lease?.plain && lease.clientID !== clientID;
  return plainBridgeReply(isNamed ? plainClientOf(lease) : undefined);
}
