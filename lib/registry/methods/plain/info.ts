import { MAX_BODY_BYTES } from "../../../framing/mod.ts";
import { plainInfoReply } from "../../../protocol/mod.ts";
import type { Awaitable, Cursor, Lease, LeasePage } from "../../store/mod.ts";
import { plainClientOf } from "./client.ts";
import type { PlainClient, PlainContext } from "./context.ts";
import { thenSync } from "./then_sync.ts";

/** Most clients that fit into a reply. */
const MAX_CLIENTS = Math.ceil(MAX_BODY_BYTES / "a 1.1.1.1:1\r\n".length);

/** INFO: the clients that also talk in plain, longest registered first. */
export function info(
  context: PlainContext,
  client: PlainClient,
): Awaitable<string> {
  return listFrom(undefined, context, client, []);
}

function listFrom(
  after: Cursor | undefined,
  context: PlainContext,
  client: PlainClient,
  leases: Lease[],
): Awaitable<string> {
  const limit = MAX_CLIENTS - leases.length;
  const query = { limit, after, plainOnly: true };
  const page = context.directory.list(query, context.nowS);
  return thenSync(page, addPage, context, client, leases);
}

function addPage(
  { leases: more, end }: LeasePage,
  context: PlainContext,
  client: PlainClient,
  leases: Lease[],
): Awaitable<string> {
  leases.push(...more);
  return end === undefined || leases.length >= MAX_CLIENTS
    ? plainInfoReply(clientsOf(leases))
    : listFrom(end.cursor, context, client, leases);
}

/** One at a time: most replies are full before the last. */
function* clientsOf(leases: readonly Lease[]) {
  for (const lease of leases) yield plainClientOf(lease);
}
