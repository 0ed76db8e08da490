import { freeChat } from "./free_chat.ts";
import { Quits } from "./original_peer.ts";

/**
 * A peer that takes the first word of each text to see whether it is a command,
 * and dies of a text without a word.
 */
export const firstWord = freeChat({
  check(text) {
    if (text.trim() === "") throw new Quits("list index out of range");
  },
});
