import { Message } from "../../framing/mod.ts";
import { ProtocolError } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import { clientIDIn, keyIn } from "../fields.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";

/** A letter to be left at the registry. */
export interface DepositRequest {
  /** The recipient's client ID. */
  readonly target: string;
  /** The key that the letter is sealed to, in base64. */
  readonly key: string;
  /** What only the recipient can open. */
  readonly sealed: Uint8Array;
}

/** DEPOSIT (PROTOCOL.md, "Mailbox"). */
export const DEPOSIT: Exchange<DepositRequest, void> = {
  method: METHOD.deposit,
  replyMethod: METHOD.depositReply,
  encodeRequest: ({ target, key, sealed }) =>
    new Message(METHOD.deposit, [
      [HEADER.target, target],
      [HEADER.key, key],
    ], sealed),
  decodeRequest: (message) => {
    const target = clientIDIn(message, HEADER.target);
    const key = keyIn(message);
    if (message.body.length === 0) throw new ProtocolError("no letter");
    return { target, key, sealed: message.body };
  },
  encodeReply: () => new Message(METHOD.depositReply),
  decodeReply: () => {},
};
