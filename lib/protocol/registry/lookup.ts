import { Message } from "../../framing/mod.ts";
import type { Exchange } from "../exchange.ts";
import { clientIDIn, optionalKeyIn, present } from "../fields.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";

/** Whose key is asked for. */
export interface LookupRequest {
  /** A client ID. */
  readonly target: string;
}

/** To which key a client ID belongs. */
export interface LookupReply {
  /** The client ID that was asked for. */
  readonly clientID: string;
  /** Whether its client is online. */
  readonly online: boolean;
  /** The key, in base64; undefined if the client has registered in plain. */
  readonly key: string | undefined;
}

/** LOOKUP (PROTOCOL.md, "LOOKUP"). */
export const LOOKUP: Exchange<LookupRequest, LookupReply> = {
  method: METHOD.lookup,
  replyMethod: METHOD.lookupReply,
  encodeRequest: ({ target }) =>
    new Message(METHOD.lookup, [[HEADER.target, target]]),
  decodeRequest: (message) => ({ target: clientIDIn(message, HEADER.target) }),
  encodeReply: ({ clientID, online, key }) =>
    new Message(
      METHOD.lookupReply,
      present(
        [HEADER.clientID, clientID],
        [HEADER.online, online ? "yes" : "no"],
        [HEADER.key, key],
      ),
    ),
  decodeReply: (message) => ({
    clientID: clientIDIn(message, HEADER.clientID),
    online: message.get(HEADER.online) === "yes",
    key: optionalKeyIn(message),
  }),
};
