import type { Wire } from "../net/mod.ts";
import { HandshakeError } from "./errors.ts";
import type { FrameReader } from "./record/mod.ts";

/** The messages of a handshake, read from a wire. */
export class HandshakeMessages {
  readonly #wire: Wire;
  readonly #frames: FrameReader;
  #silent: boolean;

  /**
   * The messages from the first one on.
   *
   * @param wire Where the bytes come from.
   * @param frames Cuts them; it may hold some already.
   */
  constructor(wire: Wire, frames: FrameReader) {
    this.#wire = wire;
    this.#frames = frames;
    this.#silent = frames.begun.length === 0;
  }

  /** Whether nothing at all has arrived. */
  get silent(): boolean {
    return this.#silent;
  }

  /** What has arrived and is in no message that was read. */
  get begun(): Uint8Array {
    return this.#frames.begun;
  }

  /**
   * The next message, good until the next call. One that is not of the length
   * that it must have is refused at its first bytes.
   *
   * @param length Its length, in bytes.
   * @throws {HandshakeError} If it has another, or does not arrive whole.
   * @throws {Error} If the connection broke.
   */
  async read(length: number): Promise<Uint8Array> {
    for (;;) {
      const [high = length >>> 8, low = length & 255] = this.#frames.begun;
      if ((high << 8 | low) !== length) {
        throw new HandshakeError("a handshake message is of the wrong length");
      }
      const message = this.#frames.take();
      if (message !== undefined) return message;
      const bytes = await this.#wire.read();
      if (bytes === undefined) {
        throw new HandshakeError("the connection ended within the handshake");
      }
      this.#frames.push(bytes);
      this.#silent &&= bytes.length === 0;
    }
  }
}
