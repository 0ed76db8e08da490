import { delay } from "./delay.ts";
import type { Habit, Talk } from "./original_peer.ts";

/** How a peer with two threads reads and writes. */
export interface FreeChatHabits {
  /** What a text is on the wire. Default: the text alone. */
  readonly encode?: (text: string, talk: Talk) => string;
  /** What ends each text, both ways. Default: nothing. */
  readonly lineEnd?: string;
  /** Whether it answers CHAT with its own. Default: false. */
  readonly answersChat?: boolean;
  /** Looks at each text before it is shown. */
  readonly check?: (text: string) => void;
  /** What `/quit` sends, piece by piece. Default: QUIT and an empty line. */
  readonly quit?: readonly string[];
  /** Whether it leaves it to the other side to close. Default: false. */
  readonly staysAfterQuit?: boolean;
}

/** How long a peer that writes a text in pieces waits between two, in ms. */
const PAUSE_MS = 300;

/**
 * A peer with two threads: one shows what each read gives, the other sends each
 * line that is typed. `/quit` ends the conversation.
 */
export function freeChat(habits: FreeChatHabits = {}): Habit {
  return async (talk) => {
    if (talk.isCaller) await talk.socket.send(talk.chat);
    const received = receive(talk, habits);
    const sent = send(talk, habits);
    await Promise.race([received, sent]);
    if (habits.staysAfterQuit) await received;
  };
}

async function receive(
  { socket, chat, isCaller, meet, show }: Talk,
  { answersChat, check, lineEnd = "" }: FreeChatHabits,
): Promise<void> {
  for (;;) {
    const text = await socket.recv();
    if (text === "" || text.startsWith("QUIT")) return;
    if (text.startsWith("CHAT")) {
      meet(text);
      if (answersChat && !isCaller) await socket.send(chat);
    } else {
      check?.(text);
      show(lineEnd === "" ? text : text.replace(/\r?\n$/, ""));
    }
  }
}

async function send(
  talk: Talk,
  { encode, lineEnd = "", quit = ["QUIT\r\n\r\n"] }: FreeChatHabits,
): Promise<void> {
  const { socket, typed } = talk;
  for (;;) {
    const line = await typed();
    if (line === undefined) return;
    if (line === "/quit") break;
    await socket.send((encode?.(line, talk) ?? line) + lineEnd);
  }
  for (const [n, piece] of quit.entries()) {
    if (n > 0) await delay(PAUSE_MS);
    await socket.send(piece);
  }
}
