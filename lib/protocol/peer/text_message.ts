import { Message } from "../../framing/mod.ts";
import { ProtocolError } from "../errors.ts";
import { present } from "../fields.ts";
import { HEADER } from "../headers.ts";
import { isMessageID } from "../message_id.ts";
import { METHOD } from "../methods.ts";

/** A text from one peer to another. */
export interface TextMessage {
  /** The ULID that the sender gave it. */
  readonly id: string;
  /** When it was written, in ms since the epoch, by the sender's clock. */
  readonly time: number;
  /** What it says; not empty. */
  readonly text: string;
  /**
   * The ID of the message before it from the same sender to the same recipient;
   * none if it is the first one.
   */
  readonly previous?: string;
}

/**
 * MSG: a text on a link, or in a letter (PROTOCOL.md, "Delivery" and "Mailbox").
 *
 * @param from The sender's client ID, which only a letter carries.
 */
export function encodeText(
  { id, time, text, previous }: TextMessage,
  from?: string,
): Message {
  const headers = present(
    [HEADER.clientID, from],
    [HEADER.id, id],
    [HEADER.previous, previous],
    [HEADER.time, new Date(time).toISOString()],
  );
  return new Message(METHOD.message, headers, text);
}

/**
 * Reads a MSG.
 *
 * @throws {ProtocolError} If it is none, or lacks an ID, a time or a text.
 */
export function decodeText(message: Message): TextMessage {
  const id = message.get(HEADER.id) ?? "";
  const time = Date.parse(message.get(HEADER.time) ?? "");
  // SQLite would keep a text with a NUL only as far as that.
  const text = message.text().replaceAll("\0", "\uFFFD");
  const isText = message.method === METHOD.message;
  if (isText && isMessageID(id) && time >= 0 && text !== "") {
    return { id, time, text, ...previousIn(message, id) };
  }
  throw new ProtocolError("the peer sent an incomplete message");
}

/** The message before the one with an ID, if that names one. */
function previousIn(
  message: Message,
  id: string,
): Pick<TextMessage, "previous"> {
  const previous = message.get(HEADER.previous);
  if (previous === undefined) return {};
  if (isMessageID(previous) && previous < id) return { previous };
  throw new ProtocolError(
    `the peer sent a message whose ${HEADER.previous} is not before it`,
  );
}
