import type { Message } from "../../../framing/mod.ts";
import { isLoopbackIPv4 } from "../../../net/mod.ts";
import {
  CODE,
  decodePlainRegister,
  type PlainRegister,
  plainRegisterReply,
} from "../../../protocol/mod.ts";
import { RegistryError } from "../../errors.ts";
import type { Awaitable, Lease } from "../../store/mod.ts";
import type { PlainClient, PlainContext } from "./context.ts";
import { thenSync } from "./then_sync.ts";

/**
 * REGISTER: leases a client ID for `PLAIN_LEASE_S`, or renews the lease.
 *
 * @throws {ProtocolError} If the request is malformed.
 * @throws {RegistryError} If the client may not have the ID.
 */
export function register(
  context: PlainContext,
  client: PlainClient,
  message: Message,
): Awaitable<string> {
  const request = decodePlainRegister(message);
  const lease = context.directory.find(request.clientID, context.nowS);
  return thenSync(lease, check, context, client, request);
}

function check(
  lease: Lease | undefined,
  context: PlainContext,
  client: PlainClient,
  request: PlainRegister,
): Awaitable<string> {
  const { clientID } = request;
  // A client that holds the ID in plain has been checked already; since then a
  // key may have claimed the ID in another spelling.
  const allowed =
    lease === undefined || lease.session || context.newClaims.has(clientID)
      ? context.checkPlainRegistration(
        clientID,
        lease === undefined ? client.origin : undefined,
      )
      : undefined;
  return thenSync(allowed, takeLease, context, client, request);
}

function takeLease(
  _: void,
  context: PlainContext,
  client: PlainClient,
  request: PlainRegister,
): Awaitable<string> {
  const { clientID, port } = request;
  const { directory, nowS } = context;
  const listenHost = listenHostOf(client, request);
  const isLeased = directory.leasePlain(
    clientID,
    client.host,
    port,
    nowS,
    listenHost,
  );
  return thenSync(isLeased, reply, context, client, request);
}

function reply(
  isLeased: boolean,
  { reachability, plainHolders, nowS }: PlainContext,
  client: PlainClient,
  request: PlainRegister,
): string {
  if (isLeased) {
    plainHolders.hold(request.clientID, client.origin, nowS);
    const listenHost = listenHostOf(client, request);
    if (reachability.hasChecked) {
      reachability.outdate({ host: listenHost, port: request.port });
    }
    return plainRegisterReply(request, listenHost);
  }
  throw new RegistryError(
    CODE.conflict,
    "clientID is registered from another address",
  );
}

/**
 * The host that is handed out to others: the one that the request came from, and
 * not one that it names. Only on loopback a client may name another address of
 * that, since it may listen on the one of its machine's name, as 127.0.1.1.
 */
function listenHostOf(
  { host, origin }: PlainClient,
  { ip }: PlainRegister,
): string {
  return ip !== host && ip.startsWith("127.") && isLoopbackIPv4(ip) &&
      origin.length === 0
    ? ip
    : host;
}
