import { RecordError } from "../errors.ts";
import type { CipherState } from "../noise/mod.ts";
import { REKEY_AFTER_RECORDS } from "./record.ts";

const EMPTY = new Uint8Array(0);

/** The inbound direction of the secure channel: records to plaintext. */
export class RecordReader {
  readonly #cipher: CipherState;
  #ended = false;

  /** A reader at the first record. */
  constructor(cipher: CipherState) {
    this.#cipher = cipher;
  }

  /** Whether the record that ends the stream has arrived. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * The plaintext of the next record; undefined if it ends the stream.
   *
   * @throws {RecordError} If the other end did not write this record in this
   * place.
   */
  open(record: Uint8Array): Uint8Array | undefined {
    const plaintext = this.#cipher.decrypt(EMPTY, record);
    if (plaintext === undefined) {
      throw new RecordError("a record is not authentic, or is out of order");
    }
    if (plaintext.length === 0) {
      this.#ended = true;
      this.#cipher.wipe();
      return undefined;
    }
    if (this.#cipher.count % REKEY_AFTER_RECORDS === 0) this.#cipher.rekey();
    return plaintext;
  }

  /** Erases the key. */
  wipe(): void {
    this.#cipher.wipe();
  }
}
