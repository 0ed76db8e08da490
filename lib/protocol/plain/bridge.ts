import { Message } from "../../framing/mod.ts";
import { type Address, parsePort } from "../../net/mod.ts";
import type { Client } from "../client.ts";
import { isClientID } from "../client_id.ts";
import { ProtocolError } from "../errors.ts";
import { present } from "../fields.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";
import { plainClientIDIn } from "./fields.ts";

/** Who asks in plain to be introduced, and to whom. */
export interface PlainBridge {
  /** The client ID of the client that asks. */
  readonly clientID: string;
  /** The client that is wanted; undefined for the next other client. */
  readonly target: string | undefined;
}

/** Writes a plain BRIDGE (PROTOCOL.md, "Bridging"). */
export function encodePlainBridge({ clientID, target }: PlainBridge): Message {
  return new Message(
    METHOD.bridge,
    present([HEADER.clientID, clientID], [HEADER.target, target]),
  );
}

/**
 * Reads a plain BRIDGE.
 *
 * @throws {ProtocolError} If something is missing, or not allowed.
 */
export function decodePlainBridge(message: Message): PlainBridge {
  return {
    clientID: plainClientIDIn(message, HEADER.clientID),
    target: message.get(HEADER.target) === undefined
      ? undefined
      : plainClientIDIn(message, HEADER.target),
  };
}

/**
 * The text of a plain BRIDGEACK, to the byte: with empty values if there is no
 * such client.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { plainBridgeReply } from "../mod.ts";
 *
 * assertEquals(
 *   plainBridgeReply({ clientID: "bob", host: "192.0.2.1", port: 5555 }),
 *   "BRIDGEACK\r\nclientID: bob\r\nIP: 192.0.2.1\r\nPort: 5555\r\n\r\n",
 * );
 * ```
 */
export function plainBridgeReply(
  found: Address & { readonly clientID: string } | undefined,
): string {
  return `${METHOD.bridgeReply}\r\n` +
    `${HEADER.clientID}: ${found?.clientID ?? ""}\r\n` +
    `${HEADER.ip}: ${found?.host ?? ""}\r\n` +
    `${HEADER.port}: ${found?.port ?? ""}\r\n\r\n`;
}

/**
 * Reads a plain BRIDGEACK.
 *
 * @returns Undefined if there is no such client.
 * @throws {ProtocolError} If something is missing, or not allowed.
 */
export function decodePlainBridgeReply(message: Message): Client | undefined {
  const clientID = message.get(HEADER.clientID);
  if (!clientID) return undefined;
  const host = message.get(HEADER.ip);
  const port = parsePort(message.get(HEADER.port) ?? "");
  if (!isClientID(clientID) || !host || !port) {
    throw new ProtocolError("a BRIDGEACK names no client and address");
  }
  return { clientID, candidates: [{ address: { host, port } }] };
}
