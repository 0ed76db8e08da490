import { isIP } from "node:net";
import type { Header, Message } from "../framing/mod.ts";
import { type Address, parseAddress, parsePort } from "../net/mod.ts";
import { isClientID } from "./client_id.ts";
import { ProtocolError } from "./errors.ts";
import { HEADER } from "./headers.ts";
import { isPublicKey } from "./public_key.ts";

/** The headers of a list that have a value. */
export function present(
  ...headers: readonly (readonly [name: string, value: string | undefined])[]
): Header[] {
  return headers.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const]
  );
}

/**
 * The client ID in a header.
 *
 * @throws {ProtocolError} If it is missing, or is not a client ID.
 */
export function clientIDIn(message: Message, name: string): string {
  const clientID = message.get(name) ?? "";
  if (isClientID(clientID)) return clientID;
  throw new ProtocolError(`${name} is missing, or is not a client ID`);
}

/**
 * The client ID in a header that may be left out.
 *
 * @throws {ProtocolError} If there is one that is not a client ID.
 */
export function optionalClientIDIn(
  message: Message,
  name: string,
): string | undefined {
  return message.get(name) === undefined
    ? undefined
    : clientIDIn(message, name);
}

/**
 * The `Port` of a REGISTER.
 *
 * @throws {ProtocolError} If it is not 1 to 65535.
 */
export function portIn(message: Message): number {
  const port = parsePort(message.get(HEADER.port) ?? "");
  if (port) return port;
  throw new ProtocolError("Port is not 1 to 65535");
}

/**
 * The `Key` of a message that may be left out.
 *
 * @throws {ProtocolError} If there is one that is not a public key.
 */
export function optionalKeyIn(message: Message): string | undefined {
  const key = message.get(HEADER.key);
  if (key === undefined || isPublicKey(key)) return key;
  throw new ProtocolError("Key is not a public key");
}

/**
 * The `Key` of a message.
 *
 * @throws {ProtocolError} If it is missing, or is not a public key.
 */
export function keyIn(message: Message): string {
  const key = optionalKeyIn(message);
  if (key !== undefined) return key;
  throw new ProtocolError("Key is missing");
}

/**
 * An address where a client can be: an IP address and a port, not a name, which
 * would be looked up.
 *
 * @throws {ProtocolError} If the text is something else.
 */
export function clientAddress(text: string): Address {
  try {
    const address = parseAddress(text);
    if (isIP(address.host) > 0 && address.port > 0) return address;
  } catch {
    // The error below covers this, and an address of the wrong kind.
  }
  throw new ProtocolError("an address is not an IP address and a port");
}
