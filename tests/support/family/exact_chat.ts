import { freeChat } from "./free_chat.ts";
import { type Habit, Quits } from "./original_peer.ts";

/** The only opening that it knows: nothing before, between or behind. */
const CHAT =
  /^CHAT\r\nclientID: [A-Za-z0-9]+\r\nIP: [0-9.]+\r\nPort: [0-9]+\r\n\r\n$/;

/**
 * A peer that matches the first read of a conversation with an exact pattern,
 * and ends itself if that is anything but CHAT.
 */
export const exactChat: Habit = async (talk) => {
  if (!talk.isCaller) {
    const opening = await talk.socket.recv();
    if (!CHAT.test(opening)) throw new Quits(JSON.stringify(opening));
    talk.meet(opening);
  }
  await freeChat()(talk);
};
