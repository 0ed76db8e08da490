import type { Habit } from "./original_peer.ts";

/**
 * A peer with one thread: the sides take turns, the caller first. It does not
 * read before its user has typed, and each read is a turn, whatever is in it.
 */
export const strictTurns: Habit = async (talk) => {
  const { socket, isCaller, chat, meet, show, typed } = talk;
  if (isCaller) await socket.send(chat);
  else {
    const opening = await socket.recv();
    if (!opening.startsWith("CHAT")) return;
    meet(opening);
  }
  for (let isOwnTurn = isCaller;; isOwnTurn = !isOwnTurn) {
    if (isOwnTurn) {
      const line = await typed();
      if (line === undefined) return;
      await socket.send(line === "/quit" ? "QUIT\r\n\r\n" : line);
      if (line === "/quit") return;
    } else {
      const text = await socket.recv();
      if (text === "" || text.startsWith("QUIT")) return;
      show(text);
    }
  }
};
