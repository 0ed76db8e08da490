import { MAX_BODY_BYTES, Message } from "../../framing/mod.ts";
import {
  type Address,
  AddressError,
  formatAddress,
  parseAddress,
} from "../../net/mod.ts";
import type { Client } from "../client.ts";
import { isClientID } from "../client_id.ts";
import { ProtocolError } from "../errors.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";

/** Writes a plain INFO (PROTOCOL.md, "Listing"). */
export function encodePlainInfo(): Message {
  return new Message(METHOD.info);
}

/**
 * The text of a plain INFOACK, to the byte: as many clients as fit into the
 * largest body that readers accept.
 */
export function plainInfoReply(
  clients: Iterable<Address & { readonly clientID: string }>,
): string {
  let lines = "";
  let count = 0;
  for (const client of clients) {
    const line = `${client.clientID} ${formatAddress(client)}\r\n`;
    // Every character here is one byte.
    if (lines.length + line.length > MAX_BODY_BYTES) break;
    lines += line;
    count++;
  }
  return `${METHOD.infoReply}\r\n${HEADER.clients}: ${count}\r\n` +
    `Content-Length: ${lines.length}\r\n\r\n${lines}`;
}

/**
 * Reads a plain INFOACK. Lines that name no client are passed over, as existing
 * programs write some.
 *
 * @throws {ProtocolError} If a line names a client and no address.
 */
export function decodePlainInfoReply(message: Message): Client[] {
  return message.text().split("\n").flatMap((line) => {
    const [clientID = "", where] = line.trim().split(" ");
    if (!isClientID(clientID) || where === undefined) return [];
    return [{ clientID, candidates: [{ address: addressIn(where) }] }];
  });
}

function addressIn(text: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) throw new ProtocolError(error.message);
    throw error;
  }
}
