import type { Address, Wire } from "../../net/mod.ts";
import { TruncatedStreamError } from "../errors.ts";
import type { FrameReader } from "./frame_reader.ts";
import type { Session } from "../noise/mod.ts";
import { RecordReader } from "./record_reader.ts";
import { RecordWriter } from "./record_writer.ts";

/**
 * An encrypted {@linkcode Wire} over another: after the handshake, records of
 * at most 65519 bytes of plaintext, each sealed under a key for its direction
 * that changes every 2^16 records, and an empty one at the end (PROTOCOL.md,
 * "Secure mode"). `secureConnect` and `secureAccept` make one.
 *
 * An orderly end takes {@linkcode closeWrite}: an end without it looks, to the
 * other side, like somebody in between cutting the connection.
 */
export class SecureWire implements Wire {
  /** The key that the other end has proved, 32 bytes. */
  readonly remoteKey: Uint8Array;
  /** 32 bytes that name this connection, the same at both ends. */
  readonly sessionHash: Uint8Array;
  readonly #wire: Wire;
  readonly #frames: FrameReader;
  readonly #reader: RecordReader;
  readonly #writer: RecordWriter;
  /** Why nothing more can be read. */
  #failure: unknown;

  /**
   * Goes on where a handshake ended.
   *
   * @param wire What carries the records; closed with this.
   * @param frames What has been read from it and belongs to the records.
   * @param session What the handshake ended in.
   */
  constructor(wire: Wire, frames: FrameReader, session: Session) {
    this.remoteKey = session.remoteKey;
    this.sessionHash = session.hash;
    this.#wire = wire;
    this.#frames = frames;
    this.#reader = new RecordReader(session.receive);
    this.#writer = new RecordWriter(wire, session.send);
  }

  /** The other end. */
  get remote(): Address {
    return this.#wire.remote;
  }

  /**
   * The next bytes, good until the next call; undefined once the other end has
   * said, provably, that it is done.
   *
   * @throws {RecordError} If a record was forged, altered, replayed or out of
   * order; the connection is closed.
   * @throws {TruncatedStreamError} If the connection ended before that; it is
   * closed.
   * @throws {Error} If the connection broke.
   */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#reader.ended) return undefined;
    for (;;) {
      const record = this.#frames.take();
      if (record !== undefined) return this.#open(record);
      const bytes = await this.#wire.read();
      if (bytes === undefined) {
        throw this.#shut(
          new TruncatedStreamError(
            "the connection was cut: the other end had not finished",
          ),
        );
      }
      this.#frames.push(bytes);
    }
  }

  /**
   * Encrypts and writes all of the bytes, after all that was written before.
   * Done when they have been handed to the connection; they must not change
   * until then. What is written meanwhile shares records and one write; it is
   * kept, not copied, so whoever does not wait decides how much that is.
   *
   * @throws {Error} If the connection broke, or after `closeWrite`.
   */
  write(bytes: Uint8Array): Promise<void> {
    return this.#writer.write(bytes);
  }

  /**
   * Says, provably, that no more will be written; reading goes on.
   *
   * @throws {Error} If the connection broke.
   */
  closeWrite(): Promise<void> {
    return this.#writer.end();
  }

  /** Closes at once, both ways, and forgets the keys. */
  close(): void {
    this.#shut(new Deno.errors.BadResource("the connection was closed"));
  }

  #open(record: Uint8Array): Uint8Array | undefined {
    try {
      return this.#reader.open(record);
    } catch (error) {
      throw this.#shut(error);
    }
  }

  /** Closes for a reason, which is the first one if there was one before. */
  #shut(reason: unknown): unknown {
    this.#failure ??= reason;
    this.#writer.stop(this.#failure);
    this.#reader.wipe();
    this.#wire.close();
    return this.#failure;
  }
}
