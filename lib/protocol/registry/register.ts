import { Message } from "../../framing/mod.ts";
import { type Address, formatAddress } from "../../net/mod.ts";
import type { Exchange } from "../exchange.ts";
import { clientAddress, clientIDIn, portIn, present } from "../fields.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";
import { formatRotations, rotationsIn } from "../rotation.ts";

/** What a client registers. */
export interface RegisterRequest {
  /** The client ID of the client that asks. */
  readonly clientID: string;
  /** The port that other peers come to, 1 to 65535. */
  readonly port: number;
  /** Whether the client may be named to clients that ask in plain. */
  readonly plain: boolean;
  /** Sealed statements of how the client's key has changed, the oldest first. */
  readonly rotations: readonly Uint8Array[];
}

/** What was registered. */
export interface RegisterReply {
  /** The client ID that is registered. */
  readonly clientID: string;
  /** The address that other clients are given. */
  readonly address: Address;
}

/** REGISTER (PROTOCOL.md, "REGISTER"). */
export const REGISTER: Exchange<RegisterRequest, RegisterReply> = {
  method: METHOD.register,
  replyMethod: METHOD.registerReply,
  encodeRequest: ({ clientID, port, plain, rotations }) =>
    new Message(
      METHOD.register,
      present(
        [HEADER.clientID, clientID],
        [HEADER.port, String(port)],
        [HEADER.plain, plain ? "yes" : undefined],
        [HEADER.rotation, formatRotations(rotations)],
      ),
    ),
  decodeRequest: (message) => ({
    clientID: clientIDIn(message, HEADER.clientID),
    port: portIn(message),
    plain: message.get(HEADER.plain) === "yes",
    rotations: rotationsIn(message),
  }),
  encodeReply: ({ clientID, address }) =>
    new Message(METHOD.registerReply, [
      [HEADER.clientID, clientID],
      [HEADER.address, formatAddress(address)],
    ]),
  decodeReply: (message) => ({
    clientID: clientIDIn(message, HEADER.clientID),
    address: clientAddress(message.get(HEADER.address) ?? ""),
  }),
};
