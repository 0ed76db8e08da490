import type { Wire } from "../net/mod.ts";
import { HandshakeError } from "./errors.ts";
import type { FrameReader } from "./record/mod.ts";

/** Reads the messages of a handshake from a wire. */
export class HandshakeReader {
  readonly #wire: Wire;
  readonly #frames: FrameReader;
  #silent: boolean;

  /**
   * A reader at the first message.
   *
   * @param wire Where the bytes come from.
   * @param frames Splits them; it may hold some already.
   */
  constructor(wire: Wire, frames: FrameReader) {
    this.#wire = wire;
    this.#frames = frames;
    this.#silent = frames.partial.length === 0;
  }

  /** Whether nothing at all has arrived. */
  get silent(): boolean {
    return this.#silent;
  }

  /** What has arrived and belongs to no message that was read. */
  get partial(): Uint8Array {
    return this.#frames.partial;
  }

  /**
   * The next message, valid until the next call. A message of another length is
   * refused as soon as its length prefix has arrived.
   *
   * @param length The length that it must have, in bytes.
   * @throws {HandshakeError} If it has another, or the connection ends within it.
   * @throws {Error} If the connection broke.
   */
  async read(length: number): Promise<Uint8Array> {
    for (;;) {
      const [high = length >>> 8, low = length & 255] = this.#frames.partial;
      if ((high << 8 | low) !== length) {
        throw new HandshakeError("a handshake message has the wrong length");
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
