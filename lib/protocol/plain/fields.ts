import type { Message } from "../../framing/mod.ts";
import { isClientID } from "../client_id.ts";
import { ProtocolError } from "../errors.ts";

/**
 * The client ID in a header of a plain request.
 *
 * @throws {ProtocolError} If it is missing, or is not a client ID.
 */
export function plainClientIDIn(message: Message, name: string): string {
  const clientID = message.get(name);
  if (!clientID) throw new ProtocolError(`${name} is missing`);
  if (isClientID(clientID)) return clientID;
  throw new ProtocolError(
    `${name} is not 1 to 64 of letters, digits, dot, underscore and hyphen`,
  );
}
