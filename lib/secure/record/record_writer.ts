import type { Wire } from "../../net/mod.ts";
import { WriteQueue } from "./write_queue.ts";
import type { CipherState } from "../noise/mod.ts";
import {
  LENGTH_PREFIX_BYTES,
  RECORD_OVERHEAD_BYTES,
  REKEY_AFTER_RECORDS,
  writeLengthPrefix,
} from "./record.ts";

const EMPTY = new Uint8Array(0);

/** Most bytes in one write to the wire, unless a record is longer. */
const MAX_BATCH_BYTES = 128 * 1024;

/**
 * The outbound direction of the secure channel: plaintext to records. What is
 * written while an earlier write is under way is encrypted together and written
 * to the wire at once (PROTOCOL.md, "Secure mode").
 */
export class RecordWriter {
  readonly #wire: Wire;
  readonly #cipher: CipherState;
  /** What the next batch writes. */
  #queue = new WriteQueue();
  /** The batch under way, and the next one: each settles all its writes. */
  #batch: Promise<void> | undefined;
  #nextBatch: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  /** Why nothing more can be written. */
  #failure: unknown;
  #out: Uint8Array = EMPTY;

  /** A writer at the first record; the wire belongs to the caller. */
  constructor(wire: Wire, cipher: CipherState) {
    this.#wire = wire;
    this.#cipher = cipher;
  }

  /** See {@linkcode Wire.write}. After one that failed, all others fail. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#ending !== undefined) {
      return Promise.reject(
        new Deno.errors.BrokenPipe("nothing can be written after closeWrite"),
      );
    }
    // An empty record would end the stream.
    if (bytes.length === 0) return this.#written();
    this.#queue.push(bytes);
    if (this.#batch === undefined) return this.#batch = this.#flush();
    return this.#nextBatch ??= this.#batch.then(() => {
      this.#batch = this.#nextBatch;
      this.#nextBatch = undefined;
      return this.#flush();
    });
  }

  /** Ends the stream with an empty record. */
  end(): Promise<void> {
    return this.#ending ??= this.#end();
  }

  /** Erases the key; what is not written yet fails with this reason. */
  stop(reason: unknown): void {
    this.#failure ??= reason;
    this.#cipher.wipe();
  }

  /** Resolves when all that was written so far is with the wire. */
  #written(): Promise<void> {
    return this.#nextBatch ?? this.#batch ?? Promise.resolve();
  }

  async #end(): Promise<void> {
    await this.#written();
    if (this.#failure !== undefined) throw this.#failure;
    const length = this.#seal(EMPTY, 0);
    await this.#wire.write(this.#out.subarray(0, length));
    this.#cipher.wipe();
    await this.#wire.closeWrite();
  }

  async #flush(): Promise<void> {
    const queue = this.#queue;
    this.#queue = new WriteQueue();
    try {
      let filled = 0;
      for (let next = queue.next(); next; next = queue.next()) {
        const length = next.length + RECORD_OVERHEAD_BYTES;
        if (filled > 0 && filled + length > MAX_BATCH_BYTES) {
          await this.#wire.write(this.#out.subarray(0, filled));
          filled = 0;
        }
        if (this.#failure !== undefined) throw this.#failure;
        filled = this.#seal(next, filled);
      }
      await this.#wire.write(this.#out.subarray(0, filled));
    } catch (error) {
      this.stop(error);
      throw this.#failure;
    }
    if (this.#nextBatch === undefined) this.#batch = undefined;
  }

  /** Encrypts a record into the output buffer, and returns where it ends. */
  #seal(plaintext: Uint8Array, start: number): number {
    const end = start + plaintext.length + RECORD_OVERHEAD_BYTES;
    if (this.#out.length < end) {
      // Most connections carry short messages only.
      const larger = new Uint8Array(Math.max(end, 2 * this.#out.length));
      larger.set(this.#out.subarray(0, start));
      this.#out = larger;
    }
    const sealed = this.#out.subarray(start + LENGTH_PREFIX_BYTES, end);
    writeLengthPrefix(this.#out, start, sealed.length);
    this.#cipher.encrypt(EMPTY, plaintext, sealed);
    if (this.#cipher.count % REKEY_AFTER_RECORDS === 0) this.#cipher.rekey();
    return end;
  }
}
