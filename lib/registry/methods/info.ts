import { formatAddress } from "../../net/mod.ts";
import { Message } from "../../framing/mod.ts";
import type { Directory, Lease } from "../store/mod.ts";
import { RegistryError } from "../errors.ts";

/**
 * Most clients in one page of INFO, unless its request asks for fewer: with the
 * longest IDs and addresses they just fit into a body.
 */
const PAGE = 384;

/** How many leases one INFO looks at: none holds the registry up. */
const LOOKED_AT = 20_000;

/** A listing that has been begun. */
export interface Listing {
  /** What the client IDs in it begin with; empty for all. */
  readonly prefix: string;
  /** The ID with which the last page ended. */
  readonly after: string;
  /** What has not been listed yet. */
  readonly leases: Iterator<Lease>;
}

/** A page of a listing, and where the next one goes on, if there is one. */
export interface Page {
  /** The page. */
  readonly reply: Message;
  /** What the next page goes on from. */
  readonly listing: Listing | undefined;
}

/**
 * A page of the clients that are registered (PROTOCOL.md, "Methods").
 *
 * @param begun The listing that the client has begun, if it has.
 * @param now The time, in seconds on the directory's clock.
 * @throws {RegistryError} If the request does not go on where that one stands.
 */
export function listPage(
  directory: Directory,
  now: number,
  begun: Listing | undefined,
  request: Message,
): Page {
  const prefix = request.get("Prefix") ?? "";
  const limit = limitIn(request);
  const after = request.get("After");
  const leases = after === undefined
    ? directory.leases()
    : goesOn(begun, prefix, after);
  const lines: string[] = [];
  let last: Lease | undefined;
  for (let looked = 0; lines.length < limit && looked < LOOKED_AT; looked++) {
    const { done, value } = leases.next();
    last = done ? undefined : value;
    if (last === undefined) break;
    if (last.expires > now && last.clientID.startsWith(prefix)) {
      lines.push(lineOf(last));
    }
  }
  const listing = last && { prefix, after: last.clientID, leases };
  const reply = new Message("INFOACK", [
    ["Clients", String(lines.length)],
    ...(listing ? [["After", listing.after] as const] : []),
  ], lines.join(""));
  return { reply, listing };
}

function lineOf(lease: Lease): string {
  const key = lease.holder?.key ?? "-";
  return `${lease.clientID} ${formatAddress(lease)} ${key}\r\n`;
}

function limitIn(request: Message): number {
  const text = request.get("Limit");
  if (text === undefined) return PAGE;
  const limit = Number(text);
  if (/^[0-9]+$/.test(text) && limit > 0) return Math.min(limit, PAGE);
  throw new RegistryError(400, "Limit is not a number over 0");
}

function goesOn(
  listing: Listing | undefined,
  prefix: string,
  after: string,
): Iterator<Lease> {
  if (listing?.after === after && listing.prefix === prefix) {
    return listing.leases;
  }
  throw new RegistryError(400, "After is not where the last page ended");
}
