import { Message } from "../../framing/mod.ts";
import type { Address } from "../../net/mod.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";

/**
 * CHAT on a plain link: who this side is, and where it listens (PROTOCOL.md,
 * "The plain peer link").
 */
export function encodePlainChat(
  clientID: string,
  { host, port }: Address,
): Message {
  return new Message(METHOD.chat, [
    [HEADER.clientID, clientID],
    [HEADER.ip, host],
    [HEADER.port, String(port)],
  ]);
}

/** The client ID that a plain CHAT gives, as it is written; it may be empty. */
export function plainChatClientID(message: Message): string {
  return message.get(HEADER.clientID) ?? "";
}

/**
 * QUIT at the end of raw text, as programs send it that do not frame their
 * messages.
 */
export const RAW_QUIT = /QUIT\r?\n\r?\n$/;

/** The beginning of {@linkcode RAW_QUIT} at the end of raw text. */
export const RAW_QUIT_BEGUN = /Q(U(I(T(\r?(\n\r?)?)?)?)?)?$/;

/** MSG on a plain link: a text between two programs that frame theirs. */
export function encodePlainText(text: string): Message {
  return new Message(METHOD.message, [], text);
}
