/**
 * What two peers say to each other inside the secure channel, or by letter, one
 * file a method (PROTOCOL.md, "The secure peer link").
 *
 * @module
 */
export { decodeAcknowledge, encodeAcknowledge } from "./acknowledge.ts";
export { decodeChat, encodeChat, type Introduction } from "./chat.ts";
export { encodePing, encodePong } from "./keepalive.ts";
export { decodeLetter, encodeLetter, type LetterContent } from "./letter.ts";
export { encodeQuit } from "./quit.ts";
export { decodeText, encodeText, type TextMessage } from "./text_message.ts";
