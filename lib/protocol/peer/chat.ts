import { Message } from "../../framing/mod.ts";
import { clientIDIn, present } from "../fields.ts";
import { ProtocolError } from "../errors.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";
import { formatRotations, rotationsIn } from "../rotation.ts";

/** Who a peer is, as its CHAT says. */
export interface Introduction {
  /** Its client ID. */
  readonly clientID: string;
  /** Sealed statements of how its key has changed, the oldest first. */
  readonly rotations: readonly Uint8Array[];
}

/** CHAT: who this side is (PROTOCOL.md, "The secure peer link"). */
export function encodeChat({ clientID, rotations }: Introduction): Message {
  return new Message(
    METHOD.chat,
    present(
      [HEADER.clientID, clientID],
      [HEADER.rotation, formatRotations(rotations)],
    ),
  );
}

/**
 * What a CHAT says.
 *
 * @throws {ProtocolError} If the message is none, has no client ID, or a
 * malformed `Rotation`.
 */
export function decodeChat(message: Message): Introduction {
  if (message.method !== METHOD.chat) {
    throw new ProtocolError("it did not introduce itself with CHAT");
  }
  return {
    clientID: clientIDIn(message, HEADER.clientID),
    rotations: rotationsIn(message),
  };
}
