import { isClientID } from "../../protocol/mod.ts";
import { Message, MessageReader } from "../../framing/mod.ts";
import { PeerError } from "../errors.ts";
import type { Arrival } from "../store/mod.ts";
import type { Outgoing } from "../store/mod.ts";
import { isULID } from "../store/mod.ts";

/** What somebody left at the registry, once it is opened. */
export type Letter =
  /** A message. */
  | { readonly from: string; readonly message: Arrival }
  /** The IDs of messages that have arrived. */
  | { readonly from: string; readonly delivered: readonly string[] };

/** A message as it goes over a link (PROTOCOL.md, "The secure peer link"). */
export function messageOf({ id, time, text }: Outgoing): Message {
  return new Message("MSG", headersOf(id, time), text);
}

/**
 * Reads what {@linkcode messageOf} wrote.
 *
 * @throws {PeerError} If it is something else.
 */
export function letterOf(message: Message): Arrival {
  const id = message.get("ID") ?? "";
  const time = Date.parse(message.get("Time") ?? "");
  // A text with a NUL would be kept only as far as that.
  const text = message.text().replaceAll("\0", "\uFFFD");
  if (isULID(id) && time >= 0 && text !== "") return { id, time, text };
  throw new PeerError("the other side sent a message that is not whole");
}

/** The same message as it is sealed for a mailbox (PROTOCOL.md, "Mailbox"). */
export function sealedMessage(from: string, { id, time, text }: Outgoing) {
  return new Message("MSG", [["clientID", from], ...headersOf(id, time)], text);
}

/** A receipt for messages that came by mailbox (PROTOCOL.md, "Mailbox"). */
export function sealedReceipt(from: string, ids: readonly string[]) {
  return new Message("ACK", [["clientID", from]], ids.join("\r\n"));
}

/**
 * Reads a letter that has been opened.
 *
 * @throws {PeerError | FramingError} If it is none.
 */
export function parseLetter(bytes: Uint8Array): Letter {
  const reader = new MessageReader();
  reader.push(bytes);
  const message = reader.next();
  const from = message?.get("clientID") ?? "";
  if (message !== undefined && isClientID(from)) {
    if (message.method === "MSG") return { from, message: letterOf(message) };
    if (message.method === "ACK") {
      return { from, delivered: message.text().split("\r\n") };
    }
  }
  throw new PeerError("a letter from the registry is not one");
}

function headersOf(id: string, time: number): [string, string][] {
  return [["ID", id], ["Time", new Date(time).toISOString()]];
}
