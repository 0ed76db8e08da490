import { encodeMessage, Message, MessageReader } from "../../framing/mod.ts";
import { ProtocolError } from "../errors.ts";
import { clientIDIn, present } from "../fields.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";
import { formatRotations, rotationsIn } from "../rotation.ts";
import { decodeText, encodeText, type TextMessage } from "./text_message.ts";

/** The content of a sealed letter (PROTOCOL.md, "Mailbox"). */
export type LetterContent =
  /** A text. */
  | { readonly from: string; readonly message: TextMessage }
  /** A receipt: the IDs of messages that are stored. */
  | { readonly from: string; readonly delivered: readonly string[] }
  /** Sealed statements of how the sender's key has changed, the oldest first. */
  | { readonly from: string; readonly rotations: readonly Uint8Array[] };

/**
 * The bytes of a letter, to be sealed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeLetter, encodeLetter } from "../mod.ts";
 *
 * const letter = {
 *   from: "alice",
 *   message: { id: "01JD0000000000000000000000", time: 0, text: "hi" },
 * };
 * assertEquals(decodeLetter(encodeLetter(letter)), letter);
 * ```
 */
export function encodeLetter(letter: LetterContent): Uint8Array<ArrayBuffer> {
  return encodeMessage(toMessage(letter));
}

/**
 * Reads a letter that has been opened.
 *
 * @throws {ProtocolError | FramingError} If the bytes are something else.
 */
export function decodeLetter(bytes: Uint8Array): LetterContent {
  const reader = new MessageReader();
  reader.push(bytes);
  const message = reader.next();
  if (message === undefined) throw new ProtocolError("a letter is incomplete");
  const from = clientIDIn(message, HEADER.clientID);
  switch (message.method) {
    case METHOD.message:
      return { from, message: decodeText(message) };
    case METHOD.acknowledge:
      return { from, delivered: message.text().split("\r\n") };
    case METHOD.rotate:
      return { from, rotations: rotationsIn(message) };
    default:
      throw new ProtocolError("a letter has an unknown method");
  }
}

function toMessage(letter: LetterContent): Message {
  const { from } = letter;
  if ("message" in letter) return encodeText(letter.message, from);
  if ("delivered" in letter) return encodeReceipt(from, letter.delivered);
  return new Message(
    METHOD.rotate,
    present(
      [HEADER.clientID, from],
      [HEADER.rotation, formatRotations(letter.rotations)],
    ),
  );
}

function encodeReceipt(from: string, ids: readonly string[]): Message {
  return new Message(
    METHOD.acknowledge,
    [[HEADER.clientID, from]],
    ids.join("\r\n"),
  );
}
