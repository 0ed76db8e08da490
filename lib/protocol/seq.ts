import { Message } from "../framing/mod.ts";
import { HEADER } from "./headers.ts";
import { MAX_SEQ_LENGTH } from "./limits.ts";

/** A request or reply with its `Seq` in front (PROTOCOL.md, "Methods"). */
export function withSeq(
  { method, headers, body }: Message,
  seq: string,
): Message {
  return new Message(method, [[HEADER.seq, seq], ...headers], body);
}

/** The `Seq` of a message; undefined where it has none, as in what is pushed. */
export function seqOf(message: Message): string | undefined {
  return message.get(HEADER.seq);
}

/** Whether a text can be the `Seq` of a request. */
export function isSeq(text: string): boolean {
  return text.length > 0 && text.length <= MAX_SEQ_LENGTH;
}
