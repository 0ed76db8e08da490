import type { Wire } from "../../net/mod.ts";
import { Backlog } from "./backlog.ts";
import type { CipherState } from "../noise/mod.ts";
import {
  PREFIX_LENGTH,
  RECORD_OVERHEAD,
  REKEY_EVERY,
  writePrefix,
} from "./record.ts";

const EMPTY = new Uint8Array(0);

/** Most bytes that are handed to the wire at once, unless a record is longer. */
const MAX_BATCH = 128 * 1024;

/**
 * One direction of the secure channel, outward: what is written while an
 * earlier write is under way is gathered, sealed together and handed to the
 * wire at once (PROTOCOL.md, "Secure mode").
 */
export class RecordWriter {
  readonly #wire: Wire;
  readonly #cipher: CipherState;
  /** What the next batch will write. */
  #backlog = new Backlog();
  /** The batch under way, and the one to come: each settles all its writes. */
  #batch: Promise<void> | undefined;
  #nextBatch: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  /** Why nothing more goes out. */
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
    // An empty record would mean the end.
    if (bytes.length === 0) return this.#written();
    this.#backlog.push(bytes);
    if (this.#batch === undefined) return this.#batch = this.#flush();
    return this.#nextBatch ??= this.#batch.then(() => {
      this.#batch = this.#nextBatch;
      this.#nextBatch = undefined;
      return this.#flush();
    });
  }

  /** Writes an empty record, which says that no more will follow. */
  end(): Promise<void> {
    return this.#ending ??= this.#end();
  }

  /** Forgets the key; what is not written yet fails with this reason. */
  stop(reason: unknown): void {
    this.#failure ??= reason;
    this.#cipher.wipe();
  }

  /** Done when all that was written so far has been handed to the wire. */
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
    const backlog = this.#backlog;
    this.#backlog = new Backlog();
    try {
      let filled = 0;
      for (let text = backlog.next(); text; text = backlog.next()) {
        if (filled > 0 && filled + text.length + RECORD_OVERHEAD > MAX_BATCH) {
          await this.#wire.write(this.#out.subarray(0, filled));
          filled = 0;
        }
        if (this.#failure !== undefined) throw this.#failure;
        filled = this.#seal(text, filled);
      }
      await this.#wire.write(this.#out.subarray(0, filled));
    } catch (error) {
      this.stop(error);
      throw this.#failure;
    }
    if (this.#nextBatch === undefined) this.#batch = undefined;
  }

  /** Puts a record into what goes out, and returns where it ends. */
  #seal(text: Uint8Array, start: number): number {
    const end = start + text.length + RECORD_OVERHEAD;
    if (this.#out.length < end) {
      // Most connections only ever carry short messages.
      const larger = new Uint8Array(Math.max(end, 2 * this.#out.length));
      larger.set(this.#out.subarray(0, start));
      this.#out = larger;
    }
    const sealed = this.#out.subarray(start + PREFIX_LENGTH, end);
    writePrefix(this.#out, start, sealed.length);
    this.#cipher.encrypt(EMPTY, text, sealed);
    if (this.#cipher.count % REKEY_EVERY === 0) this.#cipher.rekey();
    return end;
  }
}
