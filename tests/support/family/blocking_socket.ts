/** How many bytes an existing program reads at once: its `recv(1024)`. */
const RECV_BYTES = 1024;

/**
 * One connection of a stand-in for an existing program, which uses it as those
 * do: a read gives text, or nothing at the end. All bytes are kept.
 */
export class BlockingSocket implements Disposable {
  /** The bytes of each read. */
  readonly reads: Uint8Array<ArrayBuffer>[] = [];
  readonly #conn: Deno.TcpConn;
  readonly #decoder: TextDecoder;

  /**
   * A connection that was accepted or dialled.
   *
   * @param decoding Whether bytes that are not UTF-8 are an exception, as in
   * Python, or replaced, as in Java.
   */
  constructor(conn: Deno.TcpConn, decoding: "strict" | "lenient" = "strict") {
    this.#conn = conn;
    this.#decoder = new TextDecoder("utf-8", { fatal: decoding === "strict" });
  }

  /** Dials an address. */
  static async connect(
    hostname: string,
    port: number,
  ): Promise<BlockingSocket> {
    return new BlockingSocket(await Deno.connect({ hostname, port }));
  }

  /**
   * One read, as text; the empty text at the end.
   *
   * @throws {TypeError} If the bytes are not UTF-8.
   */
  async recv(): Promise<string> {
    const buffer = new Uint8Array(RECV_BYTES);
    const length = await this.#conn.read(buffer) ?? 0;
    const bytes = buffer.slice(0, length);
    if (length > 0) this.reads.push(bytes);
    return this.#decoder.decode(bytes);
  }

  /** Sends a text as it is. */
  async send(text: string): Promise<void> {
    let bytes = new TextEncoder().encode(text);
    while (bytes.length > 0) {
      bytes = bytes.subarray(await this.#conn.write(bytes));
    }
  }

  /** Where the connection comes from, or goes to. */
  get remote(): string {
    return this.#conn.remoteAddr.hostname;
  }

  /** The text of each read, with `\ufffd` for bytes that are not UTF-8. */
  get texts(): string[] {
    return this.reads.map((bytes) => new TextDecoder().decode(bytes));
  }

  /** Closes the connection, unless it is closed. */
  close(): void {
    try {
      this.#conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
