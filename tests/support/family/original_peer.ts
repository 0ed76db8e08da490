import type { BlockingSocket } from "./blocking_socket.ts";
import { Lines } from "./lines.ts";
import { format, parse } from "./message.ts";
import { SequentialProgram } from "./sequential_program.ts";

/** What a peer has to hold one conversation. */
export interface Talk {
  /** The connection. */
  readonly socket: BlockingSocket;
  /** Whether this peer has dialled. */
  readonly isCaller: boolean;
  /** The client ID of this peer. */
  readonly clientID: string;
  /** This peer's CHAT. */
  readonly chat: string;
  /** Takes the CHAT of the other side. */
  meet(chat: string): void;
  /** Shows something to the user. */
  show(text: string): void;
  /** The next line that the user types; undefined once the talk is over. */
  typed(): Promise<string | undefined>;
}

/** How a peer holds a conversation, from the first byte to the last. */
export type Habit = (talk: Talk) => Promise<void>;

/** Why a stand-in has ended itself, as the program does that it stands for. */
export class Quits extends Error {}

/**
 * A stand-in for the existing clients: it listens, dials, shows what its user
 * is to see, and sends what its user types.
 */
export class OriginalPeer extends SequentialProgram {
  readonly clientID: string;
  /** The client IDs of those who have called it. */
  readonly callers = new Lines();
  /** What its user has seen. */
  readonly shown = new Lines();
  readonly #typed = new Lines();
  readonly #habit: Habit;

  /** @param hostname The only address at which it listens. */
  constructor(clientID: string, habit: Habit, hostname = "127.0.0.1") {
    super((socket) => this.#talk(socket, false), { hostname });
    this.clientID = clientID;
    this.#habit = habit;
  }

  /** Has its user type a line. */
  type(line: string): void {
    this.#typed.add(line);
  }

  /** Has its user call a peer. */
  call(hostname: string, port: number): void {
    this.run(() =>
      this.dial(hostname, port, (socket) => this.#talk(socket, true))
    );
  }

  async #talk(socket: BlockingSocket, isCaller: boolean): Promise<void> {
    const over = new AbortController();
    const { signal } = this;
    const until = AbortSignal.any([signal, over.signal]);
    try {
      await this.#habit({
        socket,
        isCaller,
        clientID: this.clientID,
        chat: format(
          "CHAT",
          `clientID: ${this.clientID}`,
          `IP: ${this.hostname}`,
          `Port: ${this.port}`,
        ),
        meet: (text) =>
          this.callers.add(parse(text).headers.get("clientID") ?? ""),
        show: (text) => this.shown.add(text),
        typed: () => this.#typed.take(until),
      });
    } finally {
      over.abort();
    }
  }
}
