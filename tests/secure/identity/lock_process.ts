import { denoFlags } from "../../support/command.ts";

/** What `lock_process_main.ts` prints. */
export interface LockReport {
  /** The public key, in hex. */
  readonly publicKey: string;
  /** Whether it took the lock. */
  readonly held: boolean;
}

/** A process that locks an identity, and ends with its scope. */
export class LockProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  constructor(path: string) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--allow-read",
        "--allow-write",
        ...denoFlags(),
        new URL("lock_process_main.ts", import.meta.url)
          .pathname,
        path,
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
  }

  /** What it prints once it has tried. */
  async report(): Promise<LockReport> {
    let text = "";
    const chunks = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const chunk of chunks.values({ preventCancel: true })) {
      text += chunk;
      if (text.endsWith("\n")) break;
    }
    return JSON.parse(text);
  }

  /** Kills it, as a crash would. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close().catch(() => {});
    await this.#child.status;
    await this.#child.stdout.cancel().catch(() => {});
  }
}
