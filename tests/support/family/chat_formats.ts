import { format } from "./message.ts";
import type { Talk } from "./original_peer.ts";

/** How a text is written that is sent as a CHAT. */
type ChatFormat = (text: string, talk: Talk) => string;

/** The ways in which existing clients send each text as a CHAT, by name. */
export const CHAT_FORMATS: Readonly<Record<string, ChatFormat>> = {
  "MESSAGE:": (text, { clientID }) =>
    format("CHAT", `clientID: ${clientID}`, `MESSAGE: ${text}`),
  "Message:": (text, { chat }) =>
    chat.replace(/\r\n$/, `Message: ${text}\r\n\r\n`),
  "content:": (text) => format("CHAT", `content: ${text}`),
  "text:": (text, { clientID }) =>
    format("CHAT", `clientID: ${clientID}`, `text: ${text}`),
  "a bare line": (text, { clientID }) =>
    format("CHAT", `clientID: ${clientID}`, text),
  "a body": (text, { chat }) => `${chat}${text}`,
};
