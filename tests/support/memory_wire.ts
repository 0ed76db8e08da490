import type { Address, Wire } from "../../lib/net/mod.ts";

/** Bytes on their way in one direction, in the pieces that were written. */
export class Pipe {
  readonly #pieces: Uint8Array[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  /** Puts bytes in. */
  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes.slice());
    this.#wake?.();
  }

  /** Puts in that no more will come. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The next piece; undefined at the end, or when called off. */
  async take(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) return piece;
      if (this.#ended || signal?.aborted) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal?.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }
}

/** A wire in memory, between a pipe in and a pipe out. */
export class MemoryWire implements Wire {
  readonly remote: Address = { host: "memory", port: 0 };
  readonly #in: Pipe;
  readonly #out: Pipe;
  readonly #closing = new AbortController();

  constructor(from: Pipe, to: Pipe) {
    this.#in = from;
    this.#out = to;
  }

  /** Whether this end has been closed. */
  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async read(): Promise<Uint8Array | undefined> {
    const bytes = await this.#in.take(this.#closing.signal);
    if (this.closed) throw new Deno.errors.BadResource("closed");
    return bytes;
  }

  // deno-lint-ignore require-await -- so that it rejects where it throws.
  async write(bytes: Uint8Array): Promise<void> {
    if (this.closed) throw new Deno.errors.BadResource("closed");
    this.#out.push(bytes);
  }

  // deno-lint-ignore require-await -- as above.
  async closeWrite(): Promise<void> {
    this.#out.end();
  }

  close(): void {
    this.#closing.abort();
    this.#out.end();
  }
}
