import { CHAT_FORMATS } from "./chat_formats.ts";
import { exactChat } from "./exact_chat.ts";
import { firstWord } from "./first_word.ts";
import { freeChat } from "./free_chat.ts";
import type { Habit } from "./original_peer.ts";
import { strictTurns } from "./strict_turns.ts";

/** The existing clients, by what they do. */
export const HABITS: Readonly<Record<string, Habit>> = {
  "a peer that reads and writes at any time": freeChat(),
  "a peer that takes strict turns": strictTurns,
  "a peer that matches CHAT by an exact pattern": exactChat,
  "a peer that answers CHAT with its own": freeChat({ answersChat: true }),
  "a peer that ends each text with a line end": freeChat({ lineEnd: "\n" }),
  "a peer that dies of an empty line": firstWord,
  ...Object.fromEntries(
    Object.entries(CHAT_FORMATS).map(([name, encode]) => [
      `a peer that sends each text as a CHAT with ${name}`,
      freeChat({ encode }),
    ]),
  ),
};
