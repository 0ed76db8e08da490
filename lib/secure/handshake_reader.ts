import type { Wire } from "../net/mod.ts";
import { HandshakeError } from "./errors.ts";
import type { FrameReader } from "./record/mod.ts";

/** How long the three messages of XX with empty payloads are. */
export const HANDSHAKE_MESSAGE_BYTES = [32, 96, 64] as const;

/** Reads from a wire the messages of a handshake that follow HELLO. */
export class HandshakeReader {
  readonly #wire: Wire;
  readonly #frames: FrameReader;

  /**
   * A reader at the next message.
   *
   * @param wire Where the bytes come from.
   * @param frames Splits them; it may hold some already.
   */
  constructor(wire: Wire, frames: FrameReader) {
    this.#wire = wire;
    this.#frames = frames;
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
    }
  }
}
