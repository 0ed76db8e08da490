import type { Address } from "../../lib/net/mod.ts";
import { listenOnUnused } from "./unused_address.ts";

/** What a {@linkcode PlainRegistry} does with what one read gave. */
export type PlainAnswer =
  /** It sends this and closes. */
  | string
  /** It closes without an answer. */
  | "close"
  /** It says nothing, and reads on. */
  | "silence"
  /** It ends: it closes everything, and listens no more. */
  | "exit";

/** What a {@linkcode PlainRegistry} answers to a request, by its method. */
export type PlainAnswers = Record<string, PlainAnswer>;

const REGACK = "REGACK\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: 1\r\n\r\n";

/**
 * A registry as existing programs are: it reads once, answers by the first line,
 * and closes. It keeps what it has read, connection by connection.
 */
export class PlainRegistry implements AsyncDisposable {
  readonly address: Address;
  /** What it has read, connection by connection. */
  readonly heard: string[] = [];
  readonly #answers: PlainAnswers;
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #serving: Promise<void>[] = [];
  readonly #accepting: Promise<void>;

  /**
   * Starts it.
   *
   * @param answers What it answers; REGISTER is answered with REGACK by default,
   * and any other method with the answer for `default`, or else by closing.
   */
  constructor(answers: PlainAnswers = {}, address?: Address) {
    this.#answers = { REGISTER: REGACK, ...answers };
    this.#listener = address === undefined
      ? listenOnUnused()
      : Deno.listen({ hostname: address.host, port: address.port });
    this.address = { host: "127.0.0.1", port: this.#listener.addr.port };
    this.#accepting = this.#accept();
  }

  /** How many connections began with a method. */
  count(method: string): number {
    return this.heard.filter((text) => text.startsWith(method)).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#exit();
    await this.#accepting;
    await Promise.all(this.#serving);
  }

  #exit(): void {
    try {
      this.#listener.close();
    } catch {
      // It has ended before.
    }
    for (const conn of this.#open) conn.close();
    this.#open.clear();
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        this.#open.add(conn);
        this.#serving.push(this.#serve(conn));
      }
    } catch {
      // It has ended.
    }
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    const index = this.heard.push("") - 1;
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (;;) {
        const length = await conn.read(buffer);
        if (length === null) break;
        const text = new TextDecoder().decode(buffer.subarray(0, length));
        this.heard[index] += text;
        const method = /^\w*/.exec(text)?.[0] ?? "";
        const answer = this.#answers[method] ?? this.#answers.default ??
          "close";
        if (answer === "exit") return this.#exit();
        if (answer === "silence") continue;
        if (answer !== "close") {
          await conn.write(new TextEncoder().encode(answer));
        }
        break;
      }
    } catch {
      // The client, or this program, has closed the connection.
    }
    if (this.#open.delete(conn)) conn.close();
  }
}
