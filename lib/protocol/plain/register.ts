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
  /** The IP address that the client says it has, as it wrote it; may be empty. */
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
  const ip = message.get(HEADER.ip) ?? "";
  const portText = message.get(HEADER.port) ?? "";
  const port = parsePort(portText);
  if (!port) throw new ProtocolError("Port is not 1 to 65535");
  return { clientID, ip, port, portText };
}

/**
 * The text of a plain REGACK: exactly the bytes that existing programs expect,
 * laid out here and not by the general encoder, which would take longer.
 *
 * @param host The address that is handed out, for a request without one.
 */
export function plainRegisterReply(
  { clientID, ip, portText }: PlainRegister,
  host: string,
): string {
  return `${METHOD.registerReply}\r\n${HEADER.clientID}: ${clientID}\r\n` +
    `${HEADER.ip}: ${ip || host}\r\n${HEADER.port}: ${portText}\r\n\r\n`;
}
