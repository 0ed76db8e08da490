import { Message } from "../../framing/mod.ts";
import { formatCandidates, parseCandidates } from "../candidate.ts";
import type { Client } from "../client.ts";
import type { Exchange } from "../exchange.ts";
import {
  clientIDIn,
  optionalClientIDIn,
  optionalKeyIn,
  present,
} from "../fields.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";

/** Which client to be introduced to. */
export interface BridgeRequest {
  /** Its client ID; undefined for the next other client. */
  readonly target: string | undefined;
}

/** BRIDGE (PROTOCOL.md, "BRIDGE"). */
export const BRIDGE: Exchange<BridgeRequest, Client> = {
  method: METHOD.bridge,
  replyMethod: METHOD.bridgeReply,
  encodeRequest: ({ target }) =>
    new Message(METHOD.bridge, present([HEADER.target, target])),
  decodeRequest: (message) => ({
    target: optionalClientIDIn(message, HEADER.target),
  }),
  encodeReply: ({ clientID, candidates, key }) =>
    new Message(
      METHOD.bridgeReply,
      present(
        [HEADER.clientID, clientID],
        [HEADER.candidates, formatCandidates(candidates)],
        [HEADER.key, key],
      ),
    ),
  decodeReply: (message) => {
    const clientID = clientIDIn(message, HEADER.clientID);
    const candidates = parseCandidates(message.get(HEADER.candidates) ?? "");
    const key = optionalKeyIn(message);
    return key === undefined
      ? { clientID, candidates }
      : { clientID, candidates, key };
  },
};
