import { formatAddress, parsePort } from "../../net/mod.ts";
import { isClientID } from "../../protocol/mod.ts";
import { Message } from "../../framing/mod.ts";
import type { Directory, Holder } from "../store/mod.ts";
import { RegistryError } from "../errors.ts";
import { type Listing, listPage } from "./info.ts";
import { collect, deposit, type MailHost } from "./mail.ts";

/** A link as the methods see it: who is at its other end, and where it stands. */
export interface SessionState extends Holder {
  /** The host that the client is seen at. */
  readonly host: string;
  /** The ID that the client holds on this link. */
  clientID: string | undefined;
  /** Where the next page of INFO goes on. */
  listing: Listing | undefined;
}

/** What the methods work on. */
export interface SecureHost extends MailHost {
  /** Who is registered. */
  readonly directory: Directory;
  /** The time in whole seconds, on the directory's clock. */
  readonly now: number;
  /**
   * Claims an ID for a key that is seen at a host, or renews the claim.
   *
   * @throws {TooManyError} If it claims too many.
   * @throws {RegistryError} If the key may not have it.
   */
  claim(clientID: string, key: string, host: string): void;
  /** Notes that a claim is in use. */
  renew(clientID: string, key: string): void;
  /**
   * Counts a bridge that a key opens.
   *
   * @throws {TooManyError} If it opens too many.
   */
  countBridge(key: string, host: string): void;
}

type Method = (
  host: SecureHost,
  link: SessionState,
  request: Message,
) => Message;

/** What a registry does inside the secure channel (PROTOCOL.md, "Methods"). */
const METHODS: ReadonlyMap<string, Method> = new Map([
  ["REGISTER", register],
  ["UNREGISTER", unregister],
  ["PING", ping],
  ["INFO", registered(list)],
  ["BRIDGE", registered(bridge)],
  ["LOOKUP", registered(lookUp)],
  ["DEPOSIT", registered(leaveLetter)],
  ["COLLECT", (host, link, request) => collect(host, link.key, request)],
]);

/**
 * The reply to a request from a secure link, without its `Seq`.
 *
 * @throws {RegistryError} If the request is malformed or refused.
 */
export function answerSecure(
  host: SecureHost,
  link: SessionState,
  request: Message,
): Message {
  const method = METHODS.get(request.method);
  if (method !== undefined) return method(host, link, request);
  const known = Array.from(METHODS.keys()).join(", ");
  throw new RegistryError(400, `unknown method: there are ${known}`);
}

/** Ends what a link held when it is over: its client may come right back. */
export function unlink(
  { directory }: SecureHost,
  link: SessionState,
  expires?: number,
): void {
  if (link.clientID === undefined) return;
  directory.release(link.clientID, link, expires);
  link.clientID = undefined;
}

/** A method for those only who have said who they are. */
function registered(method: Method): Method {
  return (host, link, request) => {
    if (link.clientID !== undefined) return method(host, link, request);
    throw new RegistryError(
      403,
      "only those who are registered may ask",
    );
  };
}

function register(
  host: SecureHost,
  link: SessionState,
  request: Message,
): Message {
  const clientID = clientIDIn(request, "clientID");
  const port = parsePort(request.get("Port") ?? "");
  if (!port) throw new RegistryError(400, "Port is not 1 to 65535");
  const place = {
    host: link.host,
    port,
    plain: request.get("Plain") === "yes",
  };
  const held = host.directory.find(clientID, host.now);
  // Nobody may claim the ID of a client that is using it.
  if (held !== undefined && !held.holder && held.host !== link.host) {
    throw inUse(clientID, "a client that speaks the plain protocol");
  }
  host.claim(clientID, link.key, link.host);
  if (!host.directory.hold(clientID, link, place, host.now)) {
    throw inUse(clientID, "somebody else");
  }
  if (link.clientID !== clientID) unlink(host, link);
  link.clientID = clientID;
  return new Message("REGACK", [
    ["clientID", clientID],
    ["Address", formatAddress(place)],
  ]);
}

function inUse(clientID: string, by: string): RegistryError {
  return new RegistryError(409, `${clientID} is in use by ${by}`);
}

function unregister(host: SecureHost, link: SessionState): Message {
  unlink(host, link);
  return new Message("UNREGACK");
}

/** A client that stays online for months uses its claim all the while. */
function ping(host: SecureHost, link: SessionState): Message {
  if (link.clientID !== undefined) host.renew(link.clientID, link.key);
  return new Message("PONG");
}

function list(
  { directory, now }: SecureHost,
  link: SessionState,
  request: Message,
): Message {
  const { reply, listing } = listPage(directory, now, link.listing, request);
  link.listing = listing;
  return reply;
}

function bridge(
  host: SecureHost,
  link: SessionState,
  request: Message,
): Message {
  host.countBridge(link.key, link.host);
  const target = request.get("target") === undefined
    ? undefined
    : clientIDIn(request, "target");
  const { directory, now } = host;
  const self = link.clientID ?? "";
  const found = target === undefined
    ? directory.offer(self, link.host, now, false)
    : directory.find(target, now);
  if (found === undefined || found.clientID === self) {
    throw new RegistryError(
      404,
      target === undefined
        ? "nobody else is online"
        : `${target} is not online`,
    );
  }
  return new Message("BRIDGEACK", [
    ["clientID", found.clientID],
    ["Candidates", formatAddress(found)],
    ...keyOf(found.holder?.key),
  ]);
}

function lookUp(
  host: SecureHost,
  _link: SessionState,
  request: Message,
): Message {
  const target = clientIDIn(request, "target");
  const lease = host.directory.find(target, host.now);
  const key = lease === undefined ? host.owner(target) : lease.holder?.key;
  if (lease === undefined && key === undefined) {
    throw new RegistryError(404, `${target} is not known`);
  }
  return new Message("LOOKUPACK", [
    ["clientID", target],
    ["Online", lease === undefined ? "no" : "yes"],
    ...keyOf(key),
  ]);
}

function leaveLetter(
  host: SecureHost,
  _link: SessionState,
  request: Message,
): Message {
  return deposit(host, clientIDIn(request, "target"), request);
}

function keyOf(key: string | undefined): (readonly [string, string])[] {
  return key === undefined ? [] : [["Key", key]];
}

function clientIDIn(request: Message, name: string): string {
  const clientID = request.get(name) ?? "";
  if (isClientID(clientID)) return clientID;
  throw new RegistryError(400, `${name} is missing, or is not a client ID`);
}
