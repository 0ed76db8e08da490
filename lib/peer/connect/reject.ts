import { encodeMessage } from "../../framing/mod.ts";
import type { Wire } from "../../net/mod.ts";
import { encodeError, type ErrorReply } from "../../protocol/mod.ts";

/**
 * Rejects a connection with an ERROR.
 *
 * @param lingerMs How long the peer has to read it, in ms.
 */
export async function reject(
  wire: Wire,
  error: ErrorReply,
  lingerMs: number,
): Promise<void> {
  const timer = setTimeout(() => wire.close(), lingerMs);
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
