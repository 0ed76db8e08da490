import { MAX_BODY_BYTES } from "../../framing/mod.ts";
import { PeerError } from "../errors.ts";

/**
 * Checks that a text can be a message.
 *
 * @throws {PeerError} If it is empty, too long, or cannot be stored.
 */
export function checkText(text: string): void {
  const { length } = new TextEncoder().encode(text);
  if (length > MAX_BODY_BYTES) {
    throw new PeerError(
      `the message has ${length} bytes, and the longest has ${MAX_BODY_BYTES} ` +
        "bytes: send it in parts",
    );
  }
  if (length === 0) throw new PeerError("an empty message cannot be sent");
  if (text.includes("\0")) {
    throw new PeerError("a message with a NUL character cannot be sent");
  }
}
