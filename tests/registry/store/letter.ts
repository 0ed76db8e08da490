import type { NewLetter } from "../../../lib/registry/mod.ts";

/** A letter to a recipient, sealed by the key S, or by another. */
export function letterTo(
  recipient: string,
  sealed: string | Uint8Array,
  sender = "S",
): NewLetter {
  return {
    recipient,
    sender,
    sealed: typeof sealed === "string"
      ? new TextEncoder().encode(sealed)
      : sealed,
  };
}
