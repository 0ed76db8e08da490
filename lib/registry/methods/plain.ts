import { formatAddress, parsePort } from "../../net/mod.ts";
import { isClientID } from "../../protocol/mod.ts";
import { MAX_BODY, type Message } from "../../framing/mod.ts";
import type { Directory } from "../store/mod.ts";
import { RegistryError } from "../errors.ts";

/**
 * Answers one request of the plain protocol (PROTOCOL.md, "The plain
 * protocol"): the reply's bytes are exactly what existing programs expect, so
 * they are laid out here and not by the general encoder.
 *
 * @param request The request as it was read.
 * @param host The address that it came from.
 * @param directory Who is registered.
 * @param now The time, in seconds on the directory's clock.
 * @param mayRegister Throws if a client ID is not for those who ask in plain.
 * @throws {RegistryError} If the request is malformed or refused.
 */
export function answerPlain(
  request: Message,
  host: string,
  directory: Directory,
  now: number,
  mayRegister: (clientID: string) => void,
): string {
  switch (request.method) {
    case "REGISTER":
      return register(request, host, directory, now, mayRegister);
    case "BRIDGE":
      return bridge(request, host, directory, now);
    case "INFO":
      return list(directory, now);
    default:
      throw new RegistryError(
        400,
        "unknown method: there are REGISTER, BRIDGE and INFO",
      );
  }
}

/** The text of a plain `ERROR` reply. */
export function plainError(code: number, reason: string): string {
  return `ERROR\r\nCode: ${code}\r\nReason: ${reason}\r\n\r\n`;
}

function register(
  request: Message,
  host: string,
  directory: Directory,
  now: number,
  mayRegister: (clientID: string) => void,
): string {
  const clientID = clientIDIn(request, "clientID");
  const ip = request.get("IP");
  if (!ip) throw new RegistryError(400, "IP is missing");
  const claimed = request.get("Port") ?? "";
  const port = parsePort(claimed);
  if (!port) throw new RegistryError(400, "Port is not 1 to 65535");
  // Who holds the ID already had leave to, so that renewing costs nothing.
  const held = directory.find(clientID, now);
  if (held === undefined || held.holder) mayRegister(clientID);
  if (!directory.register(clientID, host, port, now)) {
    throw new RegistryError(409, "clientID is in use from another address");
  }
  return `REGACK\r\nclientID: ${clientID}\r\nIP: ${ip}\r\n` +
    `Port: ${claimed}\r\n\r\n`;
}

function bridge(
  request: Message,
  host: string,
  directory: Directory,
  now: number,
): string {
  const clientID = clientIDIn(request, "clientID");
  const target = request.get("target") === undefined
    ? undefined
    : clientIDIn(request, "target");
  let found = target === undefined
    ? directory.offer(clientID, host, now, true)
    : directory.find(target, now);
  if (found?.clientID === clientID || !found?.plain) found = undefined;
  return `BRIDGEACK\r\nclientID: ${found?.clientID ?? ""}\r\n` +
    `IP: ${found?.host ?? ""}\r\nPort: ${found?.port ?? ""}\r\n\r\n`;
}

function list(directory: Directory, now: number): string {
  let lines = "";
  let clients = 0;
  for (const lease of directory.list(now)) {
    if (!lease.plain) continue;
    const line = `${lease.clientID} ${formatAddress(lease)}\r\n`;
    // A reader accepts no larger body; every character here is one byte.
    if (lines.length + line.length > MAX_BODY) break;
    lines += line;
    clients++;
  }
  return `INFOACK\r\nClients: ${clients}\r\n` +
    `Content-Length: ${lines.length}\r\n\r\n${lines}`;
}

function clientIDIn(request: Message, name: string): string {
  const clientID = request.get(name);
  if (!clientID) throw new RegistryError(400, `${name} is missing`);
  if (!isClientID(clientID)) {
    throw new RegistryError(
      400,
      `${name} is not 1 to 64 of letters, digits, dot, underscore and hyphen`,
    );
  }
  return clientID;
}
