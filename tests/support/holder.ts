/** What `identity_holder.ts` says. */
export interface Held {
  /** The public key, in hex. */
  readonly publicKey: string;
  /** Whether it could take the identity. */
  readonly held: boolean;
}

/** A process that uses an identity, and ends with its scope. */
export class Holder implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  constructor(path: string) {
    const flags = Deno.env.get("P2PCHAT_DENO_FLAGS")?.split(" ") ?? [];
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--allow-read",
        "--allow-write",
        ...flags.filter((flag) => flag !== ""),
        new URL("../secure/identity/identity_holder.ts", import.meta.url)
          .pathname,
        path,
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
  }

  /** What it says once it has tried. */
  async says(): Promise<Held> {
    let text = "";
    const chunks = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const chunk of chunks.values({ preventCancel: true })) {
      text += chunk;
      if (text.endsWith("\n")) break;
    }
    return JSON.parse(text);
  }

  /** Ends it as a crash would. */
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
