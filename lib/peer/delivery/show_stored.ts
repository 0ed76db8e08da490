import { StorageError } from "../../storage/mod.ts";
import type { ReceiveContext } from "./receive.ts";

/**
 * Shows the messages that an earlier run of the program stored but did not show.
 * If the store cannot be read, an event says so.
 */
export function showStored(
  { store: { inbox }, knownKeys, onEvent }: ReceiveContext,
): void {
  try {
    const messages = inbox.notShown();
    for (const { peer: name, text, id, time } of messages) {
      const from = { name, protection: knownKeys.protection(name) };
      onEvent({ type: "message", from, text, id, time });
    }
    inbox.markShown(messages);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    onEvent({ type: "waiting", to: undefined, reason: error.message });
  }
}
