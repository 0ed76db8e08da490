import { isToken, MAX_BODY_BYTES, Message } from "../../framing/mod.ts";
import type { Address } from "../../net/mod.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";
import { type Match, matchLine } from "./match.ts";

const CONTENT_LENGTH = "content-length";

/** The headers of a CHAT that say who sends it, in lower case. */
const OPENING = [HEADER.clientID, HEADER.ip, HEADER.port].map((name) =>
  name.toLowerCase()
);

/** The headers in which existing programs put a text, in lower case. */
const TEXT = ["message", "content", "text"];

/** What a CHAT says, from whichever program it comes. */
export interface PlainChat {
  /** The client ID as it is written; it may be empty. */
  readonly clientID: string;
  /** The text that it carries; it may be empty. */
  readonly text: string;
}

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

/**
 * Matches a CHAT directly behind a text: only the line `clientID:` after the
 * method makes it one.
 */
export function matchChatBehindText(bytes: Uint8Array, at: number): Match {
  const start = matchLine(bytes, at, METHOD.chat);
  if (typeof start !== "number") return start;
  const expected = `${HEADER.clientID}:`;
  const line = String.fromCharCode(
    ...bytes.subarray(start, start + expected.length),
  );
  if (!expected.toLowerCase().startsWith(line.toLowerCase())) return "no";
  return line.length < expected.length ? "partial" : start + line.length;
}

/** Whether a line is a header with the client ID. */
export function isClientIDLine(line: string): boolean {
  return parseHeader(line)?.name === HEADER.clientID.toLowerCase();
}

/**
 * The length of the body that the lines of a head give, in bytes: undefined
 * without one, `invalid` if it is no number or too large.
 */
export function plainBodyLength(
  lines: readonly string[],
): number | undefined | "invalid" {
  for (const line of lines) {
    const header = parseHeader(line);
    if (header?.name !== CONTENT_LENGTH) continue;
    if (!/^[0-9]+$/.test(header.value)) return "invalid";
    const length = Number(header.value);
    return length > MAX_BODY_BYTES ? "invalid" : length;
  }
  return undefined;
}

/**
 * Reads a CHAT as leniently as existing programs write it.
 *
 * @param lines Its lines, without the method and the empty line.
 * @param body Its body, empty where there is none.
 * @param isOpening Whether it is the first one on the link, from either side. In that one, headers
 * that this project does not know are not part of the text.
 */
export function decodePlainChat(
  lines: readonly string[],
  body: string,
  isOpening: boolean,
): PlainChat {
  let clientID: string | undefined;
  const texts: string[] = [];
  for (const line of lines) {
    const header = parseHeader(line);
    if (header === undefined) texts.push(line);
    else if (TEXT.includes(header.name)) texts.push(header.value);
    else if (header.name === HEADER.clientID.toLowerCase()) {
      clientID ??= header.value;
    } else if (
      !isOpening && !OPENING.includes(header.name) &&
      header.name !== CONTENT_LENGTH
    ) texts.push(line);
  }
  texts.push(body.replace(/\r?\n$/, ""));
  const text = texts.filter((part) => part !== "").join("\n");
  return { clientID: clientID ?? "", text };
}

/** A line as a header, its name in lower case; undefined for any other line. */
function parseHeader(
  line: string,
): { readonly name: string; readonly value: string } | undefined {
  const colon = line.indexOf(":");
  if (colon < 0) return undefined;
  const name = line.slice(0, colon);
  if (!isToken(name)) return undefined;
  return { name: name.toLowerCase(), value: line.slice(colon + 1).trim() };
}
