import { RecordError, TruncatedStreamError } from "./errors.ts";
import type { FrameReader } from "./frame_reader.ts";
import type { CipherState } from "./noise.ts";
import { REKEY_EVERY } from "./record.ts";

const EMPTY = new Uint8Array(0);

/** One direction of the secure channel, inward. */
export class RecordReader {
  readonly #frames: FrameReader;
  readonly #cipher: CipherState;
  #ended = false;

  constructor(frames: FrameReader, cipher: CipherState) {
    this.#frames = frames;
    this.#cipher = cipher;
  }

  /**
   * The next bytes; undefined once the other end has said that it is done.
   *
   * @throws {RecordError} If a record is not the one written in this place.
   * @throws {TruncatedStreamError} If the bytes end before the other end did.
   * @throws {Error} If the connection broke.
   */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#ended) return undefined;
    for (;;) {
      const record = this.#frames.take();
      if (record !== undefined) return this.#open(record);
      if (!await this.#frames.fill()) {
        throw new TruncatedStreamError(
          "the connection was cut: the other end had not finished",
        );
      }
    }
  }

  #open(record: Uint8Array): Uint8Array | undefined {
    const text = this.#cipher.decrypt(EMPTY, record);
    if (text === undefined) {
      throw new RecordError("a record is not what the other end wrote here");
    }
    if (text.length === 0) {
      this.#ended = true;
      this.#cipher.wipe();
      return undefined;
    }
    if (this.#cipher.count % REKEY_EVERY === 0) this.#cipher.rekey();
    return text;
  }
}
