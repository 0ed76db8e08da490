import { concat, Message } from "../../framing/mod.ts";
import { ProtocolError } from "../errors.ts";
import type { Exchange } from "../exchange.ts";
import { present } from "../fields.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";

/** Which letters the client has, and which it asks for. */
export interface CollectRequest {
  /** The numbers of letters that may be removed. */
  readonly done: readonly number[];
  /** The number of the letter behind which to go on; 0 for the first page. */
  readonly after: number;
}

/** A letter that waits for the client. */
export interface CollectedLetter {
  /** Its number: greater than that of the letters before it. */
  readonly number: number;
  /** What only the recipient can open. */
  readonly sealed: Uint8Array;
}

/** A page of letters that wait for the client, oldest first. */
export type CollectReply = readonly CollectedLetter[];

/** COLLECT (PROTOCOL.md, "Mailbox"). */
export const COLLECT: Exchange<CollectRequest, CollectReply> = {
  method: METHOD.collect,
  replyMethod: METHOD.collectReply,
  encodeRequest: ({ done, after }) =>
    new Message(
      METHOD.collect,
      present(
        [HEADER.done, done.length === 0 ? undefined : done.join(",")],
        [HEADER.after, after === 0 ? undefined : String(after)],
      ),
    ),
  decodeRequest: (message) => {
    const [after = 0, ...more] = numbersIn(message, HEADER.after);
    if (more.length > 0) throw notNumbers(HEADER.after);
    return { done: numbersIn(message, HEADER.done), after };
  },
  encodeReply: (letters) =>
    letters.length === 0 ? new Message(METHOD.collectReply) : new Message(
      METHOD.collectReply,
      [
        [HEADER.letters, letters.map(({ sealed }) => sealed.length).join(",")],
        [HEADER.numbers, letters.map(({ number }) => number).join(",")],
      ],
      concat(...letters.map(({ sealed }) => sealed)),
    ),
  decodeReply: (message) => {
    const { body } = message;
    const lengths = numbersIn(message, HEADER.letters);
    const numbers = numbersIn(message, HEADER.numbers);
    let at = 0;
    const letters = numbers.map((number, n) => ({
      number,
      sealed: body.subarray(at, at += lengths[n] ?? 0),
    }));
    const isOrdered = numbers.every((number, n) =>
      number > (numbers[n - 1] ?? 0)
    );
    const isWhole = lengths.length === numbers.length &&
      at === body.length && !lengths.includes(0);
    if (isWhole && isOrdered) return letters;
    throw new ProtocolError(
      `${HEADER.letters} and ${HEADER.numbers} do not fit the letters`,
    );
  },
};

/** The numbers in a header, separated by commas; none without the header. */
function numbersIn(message: Message, name: string): number[] {
  const text = message.get(name);
  if (text === undefined) return [];
  if (!/^[0-9]{1,15}(,[0-9]{1,15})*$/.test(text)) throw notNumbers(name);
  return text.split(",").map(Number);
}

function notNumbers(name: string): ProtocolError {
  return new ProtocolError(`${name} is not a number, or several`);
}
