import { encodeMessage } from "../../framing/mod.ts";
import type { Wire } from "../../net/mod.ts";
import { encodeError, type ErrorReply } from "../../protocol/mod.ts";

/** How long a rejected peer has to read the reason, in ms. */
const REJECT_LINGER_MS = 1000;

/** Rejects a connection with an ERROR, which the peer has a moment to read. */
export async function reject(wire: Wire, error: ErrorReply): Promise<void> {
  const timer = setTimeout(() => wire.close(), REJECT_LINGER_MS);
  try {
    await wire.write(encodeMessage(encodeError(error)));
    await wire.closeWrite();
    // Closing with unread bytes would reset the connection, and lose the ERROR.
    while (await wire.read() !== undefined);
  } finally {
    clearTimeout(timer);
    wire.close();
  }
}
