const LF = 10;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads the lines of a head one by one, while its bytes arrive. Each byte is
 * scanned once.
 */
export class HeadLines {
  #at = 0;
  #scanned = 0;

  /** Where the next line begins. */
  get at(): number {
    return this.#at;
  }

  /**
   * The next line, without its end; undefined if it has not arrived whole.
   *
   * @param bytes The bytes from the start of the head on.
   */
  next(bytes: Uint8Array): string | undefined {
    const end = bytes.indexOf(LF, this.#scanned);
    if (end < 0) {
      this.#scanned = bytes.length;
      return undefined;
    }
    const line = decodeLine(bytes.subarray(this.#at, end));
    this.#at = this.#scanned = end + 1;
    return line;
  }

  /** What has arrived of the next line. */
  rest(bytes: Uint8Array): string {
    return decodeLine(bytes.subarray(this.#at));
  }
}

function decodeLine(bytes: Uint8Array): string {
  const line = decoder.decode(bytes);
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
