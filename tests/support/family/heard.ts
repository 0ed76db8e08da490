import type { BlockingSocket } from "./blocking_socket.ts";

/** What opens a connection: HELLO, CHAT, or one after the other. */
const OPENING = /^(?:HELLO\r\n(?:.+\r\n)*\r\n)?(?:CHAT\r\n(?:.+\r\n)*\r\n)?/;
/** A line end behind a text: an empty line is kept. */
const LINE_END = /(?<=[^\r\n])\r?\n/g;

const QUIT = /QUIT\r\n\r\n$/;

/**
 * The text that connections have carried to a stand-in: all that it has read,
 * in all of them, without HELLO, CHAT, QUIT and the line end behind a text.
 */
export function heard(connections: readonly BlockingSocket[]): string {
  return connections
    .map(({ texts }) =>
      texts.join("").replace(OPENING, "").replace(QUIT, "")
        .replaceAll(LINE_END, "")
    )
    .join("");
}
