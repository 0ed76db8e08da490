import { concat, Message } from "../../framing/mod.ts";
import { ProtocolError } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import { present } from "../fields.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";

/** Which letters the client has. */
export interface CollectRequest {
  /** The number of the last letter that may be removed, if any may. */
  readonly done: number | undefined;
}

/** Letters that wait for the client. */
export interface CollectReply {
  /** The sealed letters, oldest first. */
  readonly sealed: readonly Uint8Array[];
  /** The number of the last of them; undefined where there are none. */
  readonly last: number | undefined;
}

/** COLLECT (PROTOCOL.md, "Mailbox"). */
export const COLLECT: Exchange<CollectRequest, CollectReply> = {
  method: METHOD.collect,
  replyMethod: METHOD.collectReply,
  encodeRequest: ({ done }) =>
    new Message(
      METHOD.collect,
      present([HEADER.done, done === undefined ? undefined : String(done)]),
    ),
  decodeRequest: (message) => ({ done: numberIn(message, HEADER.done) }),
  encodeReply: ({ sealed, last }) =>
    last === undefined
      ? new Message(METHOD.collectReply)
      : new Message(METHOD.collectReply, [
        [HEADER.letters, sealed.map(({ length }) => length).join(",")],
        [HEADER.last, String(last)],
      ], concat(...sealed)),
  decodeReply: (message) => {
    const last = numberIn(message, HEADER.last);
    if (last === undefined) return { sealed: [], last };
    const lengths = (message.get(HEADER.letters) ?? "").split(",").map(Number);
    let at = 0;
    const sealed = lengths.map((length) =>
      message.body.subarray(at, at += length)
    );
    return { sealed, last };
  },
};

function numberIn(message: Message, name: string): number | undefined {
  const text = message.get(name);
  if (text === undefined) return undefined;
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new ProtocolError(`${name} is not a number`);
}
