import { Message } from "../../framing/mod.ts";
import { type Address, parsePort } from "../../net/mod.ts";
import { ProtocolError } from "../errors.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";
import { plainClientIDIn } from "./fields.ts";

/** What a client registers in plain. */
export interface PlainRegister {
  /** The client ID of the client that asks. */
  readonly clientID: string;
  /** The address that the client says it has; only its port is believed. */
  readonly ip: string;
  /** 1 to 65535. */
  readonly port: number;
  /** The port as the client wrote it, which the reply repeats. */
  readonly portText: string;
}

/** Writes a plain REGISTER (PROTOCOL.md, "Registrations"). */
export function encodePlainRegister(
  clientID: string,
  { host, port }: Address,
): Message {
  return new Message(METHOD.register, [
    [HEADER.clientID, clientID],
    [HEADER.ip, host],
    [HEADER.port, String(port)],
  ]);
}

/**
 * Reads a plain REGISTER.
 *
 * @throws {ProtocolError} If something is missing, or not allowed.
 */
export function decodePlainRegister(message: Message): PlainRegister {
  const clientID = plainClientIDIn(message, HEADER.clientID);
  const ip = message.get(HEADER.ip);
  if (!ip) throw new ProtocolError("IP is missing");
  const portText = message.get(HEADER.port) ?? "";
  const port = parsePort(portText);
  if (!port) throw new ProtocolError("Port is not 1 to 65535");
  return { clientID, ip, port, portText };
}

/**
 * The text of a plain REGACK: exactly the bytes that existing programs expect,
 * laid out here and not by the general encoder, which would take longer.
 */
export function plainRegisterReply(
  { clientID, ip, portText }: PlainRegister,
): string {
  return `${METHOD.registerReply}\r\n${HEADER.clientID}: ${clientID}\r\n` +
    `${HEADER.ip}: ${ip}\r\n${HEADER.port}: ${portText}\r\n\r\n`;
}
