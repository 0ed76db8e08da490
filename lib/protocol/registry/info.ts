import { Message } from "../../framing/mod.ts";
import { formatAddress } from "../../net/mod.ts";
import { parseCandidates } from "../candidate.ts";
import type { Client } from "../client.ts";
import { isClientID } from "../client_id.ts";
import { ProtocolError } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import { present } from "../fields.ts";
import { HEADER } from "../headers.ts";
import { MAX_INFO_PAGE_CLIENTS } from "../limits.ts";
import { METHOD } from "../methods.ts";
import { isPublicKey } from "../public_key.ts";

/** Which page of the clients that are registered. */
export interface InfoRequest {
  /** Only client IDs that begin so; empty for all. */
  readonly prefix: string;
  /** Most clients in the page, 1 to {@linkcode MAX_INFO_PAGE_CLIENTS}. */
  readonly limit: number;
  /** Where the page before ended; undefined for the first one. */
  readonly after: string | undefined;
}

/** A page of clients. */
export interface InfoReply {
  /** The clients, longest registered first, each with one candidate. */
  readonly clients: readonly Client[];
  /** Where the page ends, if there may be more. */
  readonly after: string | undefined;
}

/** INFO (PROTOCOL.md, "INFO"). */
export const INFO: Exchange<InfoRequest, InfoReply> = {
  method: METHOD.info,
  replyMethod: METHOD.infoReply,
  encodeRequest: ({ prefix, limit, after }) =>
    new Message(
      METHOD.info,
      present(
        [HEADER.prefix, prefix || undefined],
        [
          HEADER.limit,
          limit < MAX_INFO_PAGE_CLIENTS ? String(limit) : undefined,
        ],
        [HEADER.after, after],
      ),
    ),
  decodeRequest: (message) => ({
    prefix: message.get(HEADER.prefix) ?? "",
    limit: limitIn(message),
    after: message.get(HEADER.after),
  }),
  encodeReply: ({ clients, after }) =>
    new Message(
      METHOD.infoReply,
      present([HEADER.clients, String(clients.length)], [HEADER.after, after]),
      clients.map(lineOf).join(""),
    ),
  decodeReply: (message) => ({
    clients: message.text().split("\r\n").filter((line) => line !== "")
      .map(clientIn),
    after: message.get(HEADER.after),
  }),
};

function limitIn(message: Message): number {
  const text = message.get(HEADER.limit);
  if (text === undefined) return MAX_INFO_PAGE_CLIENTS;
  const limit = Number(text);
  if (/^[0-9]+$/.test(text) && limit > 0) {
    return Math.min(limit, MAX_INFO_PAGE_CLIENTS);
  }
  throw new ProtocolError("Limit is not a number over 0");
}

function lineOf({ clientID, candidates, key = "-" }: Client): string {
  const [{ address }] = candidates;
  return `${clientID} ${formatAddress(address)} ${key}\r\n`;
}

function clientIn(line: string): Client {
  const [clientID = "", address = "", key = "-"] = line.split(" ");
  const candidates = parseCandidates(address);
  if (!isClientID(clientID)) throw new ProtocolError("a line has no client ID");
  if (key === "-") return { clientID, candidates };
  if (isPublicKey(key)) return { clientID, candidates, key };
  throw new ProtocolError("a line has no public key");
}
