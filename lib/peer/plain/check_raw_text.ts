import { PeerError } from "../errors.ts";
import { PlainInput } from "./input.ts";

/**
 * Checks that a raw text is read as a text by a peer that follows PROTOCOL.md,
 * "The plain peer link".
 *
 * @param bytes The text as it would be sent.
 * @param mayFrame Whether a MSG would make this side's direction framed.
 * @throws {PeerError} If it would be read as something else.
 */
export function checkRawText(bytes: Uint8Array, mayFrame: boolean): void {
  const input = new PlainInput();
  if (mayFrame) input.open();
  input.push(bytes);
  input.end();
  if (input.framing === "framed") throw misread("as a framed message (MSG)");
  for (let event; (event = input.next()) !== undefined;) {
    switch (event.type) {
      case "quit":
        throw misread("as the end of the conversation (QUIT)");
      case "chat":
        throw misread("as the opening of a conversation (CHAT)");
    }
  }
}

function misread(how: string): PeerError {
  return new PeerError(`the peer would read it ${how}`);
}
