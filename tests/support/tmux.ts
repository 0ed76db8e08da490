import type { Command } from "./command.ts";
import { TIME_LIMIT_MS } from "./time_limit.ts";

/** A program in a terminal, of 80 by 24 by default: keys go in, and the screen is read. */
export class Tmux implements AsyncDisposable {
  readonly #socket: string;
  /** The home of the program, which is removed at the end. */
  readonly #home: string;

  private constructor(socket: string, home: string) {
    this.#socket = socket;
    this.#home = home;
  }

  /** Starts a program in a terminal, which prints its exit code at the end. */
  static async start(
    { program, args }: Command,
    { colour = false, columns = 80 } = {},
  ): Promise<Tmux> {
    const tmux = new Tmux(
      `p2pchat-${crypto.randomUUID()}`,
      await Deno.makeTempDir(),
    );
    // The pane outlives the program, so that its last screen can be looked at.
    await tmux.#call([
      ...["-f", "/dev/null", "new-session", "-d"],
      ...["-x", String(columns), "-y", "24", "sh"],
    ]);
    const noColour = colour ? "env -u NO_COLOR" : "env NO_COLOR=1";
    const command = [program, ...args].map(quote).join(" ");
    await tmux.keys(
      `clear; ${noColour} ${command}; echo code $?`,
      "Enter",
    );
    return tmux;
  }

  /** Presses keys, by tmux's names for them or as text. */
  async keys(...keys: string[]): Promise<void> {
    await this.#call(["send-keys", ...keys]);
  }

  /** Pastes a text, which arrives at once and not key by key. */
  async paste(text: string): Promise<void> {
    const path = `${this.#home}/paste`;
    await Deno.writeTextFile(path, text);
    await this.#call(["load-buffer", path]);
    await this.#call(["paste-buffer", "-r"]);
  }

  /** The screen's lines, without the empty ones at the end. */
  async screen(): Promise<string[]> {
    const text = await this.#call(["capture-pane", "-p"]);
    return text.trimEnd().split("\n").map((line) => line.trimEnd());
  }

  /** All lines since the start, those that have left the screen too. */
  async history(): Promise<string[]> {
    const text = await this.#call(["capture-pane", "-p", "-S", "-"]);
    return text.trimEnd().split("\n").map((line) => line.trimEnd());
  }

  /** The screen with the escape sequences that style it. */
  styles(): Promise<string> {
    return this.#call(["capture-pane", "-p", "-e"]);
  }

  /** Waits until the screen is as wished. */
  async until(
    wish: (screen: string[]) => boolean,
    what = wish.toString(),
  ): Promise<string[]> {
    return await this.#poll(
      () => this.screen(),
      wish,
      (screen) => `not ${what}:\n${screen.join("\n")}`,
    );
  }

  /** Waits until the cursor is at a column and row, both from 0. */
  async untilCursor(at: { column: number; row: number }): Promise<void> {
    const wanted = `${at.column} ${at.row}`;
    await this.#poll(
      async () =>
        (await this.#call([
          "display-message",
          "-p",
          "#{cursor_x} #{cursor_y}",
        ])).trim(),
      (cursor) => cursor === wanted,
      (cursor) => `the cursor is at ${cursor} and not at ${wanted}`,
    );
  }

  /** Waits until the last line of the screen is the given one. */
  untilLast(line: string): Promise<string[]> {
    return this.until((screen) => screen.at(-1) === line, `last: ${line}`);
  }

  /** Waits until the screen shows a text. */
  untilShows(text: string): Promise<string[]> {
    return this.until(
      (screen) => screen.some((line) => line.includes(text)),
      `showing ${text}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#call(["kill-server"]);
    await Deno.remove(this.#home, { recursive: true });
  }

  async #poll<T>(
    look: () => Promise<T>,
    wish: (seen: T) => boolean,
    complaint: (seen: T) => string,
  ): Promise<T> {
    const deadline = Date.now() + TIME_LIMIT_MS;
    for (;;) {
      const seen = await look();
      if (wish(seen)) return seen;
      if (Date.now() > deadline) throw new Error(complaint(seen));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #call(args: string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-u", "-L", this.#socket, ...args],
      env: {
        TERM: "xterm-256color",
        LANG: "C.UTF-8",
        P2PCHAT_HOME: this.#home,
      },
    }).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(`tmux: ${decoder.decode(stderr)}`);
    return decoder.decode(stdout);
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
