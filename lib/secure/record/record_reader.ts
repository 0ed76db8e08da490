import { RecordError } from "../errors.ts";
import type { CipherState } from "../noise/mod.ts";
import { REKEY_EVERY } from "./record.ts";

const EMPTY = new Uint8Array(0);

/** One direction of the secure channel, inward: records to what is in them. */
export class RecordReader {
  readonly #cipher: CipherState;
  #ended = false;

  /** A reader at the first record. */
  constructor(cipher: CipherState) {
    this.#cipher = cipher;
  }

  /** Whether the other end has said that it is done. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * What is in the next record; undefined if it is the one that ends them.
   *
   * @throws {RecordError} If it is not what the other end wrote in this place.
   */
  open(record: Uint8Array): Uint8Array | undefined {
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

  /** Forgets the key. */
  wipe(): void {
    this.#cipher.wipe();
  }
}
