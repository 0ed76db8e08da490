import type { Address, Wire } from "../../net/mod.ts";
import { TruncatedStreamError } from "../errors.ts";
import type { FrameReader } from "./frame_reader.ts";
import type { Session } from "../noise/mod.ts";
import { RecordReader } from "./record_reader.ts";
import { RecordWriter } from "./record_writer.ts";

/**
 * An encrypted {@linkcode Wire} over another: after the handshake, records of
 * at most 65,519 bytes of plaintext, each encrypted under the key of its
 * direction, which changes every 2^16 records, and an empty record at the end
 * (PROTOCOL.md, "Secure mode"). `secureConnect` and `secureAccept` make one.
 *
 * A stream ends with {@linkcode closeWrite}: to the other end, a connection that
 * closes without it looks like one that an attacker has cut.
 */
export class SecureWire implements Wire {
  /** The key that the other end has proved, 32 bytes. */
  readonly remoteKey: Uint8Array;
  /** The handshake hash: 32 bytes, unique to this connection, the same at both ends. */
  readonly sessionHash: Uint8Array;
  readonly #wire: Wire;
  readonly #frames: FrameReader;
  readonly #reader: RecordReader;
  readonly #writer: RecordWriter;
  /** Why nothing more can be read. */
  #failure: unknown;

  /**
   * A wire that continues after a handshake.
   *
   * @param wire What carries the records; closed with this.
   * @param frames What has been read from it after the handshake.
   * @param session The result of the handshake.
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
   * The next bytes, valid until the next call; undefined once the other end has
   * ended the stream, which only it can do.
   *
   * @throws {RecordError} If a record was forged, altered, replayed or out of
   * order; the connection is closed.
   * @throws {TruncatedStreamError} If the connection ended before the stream; it
   * is closed.
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
        throw this.#closeWith(
          new TruncatedStreamError(
            "the connection was cut before the other end had ended the stream",
          ),
        );
      }
      this.#frames.push(bytes);
    }
  }

  /**
   * Encrypts and writes all of the bytes, after all that was written before.
   * Resolves when they are with the connection; they must not change until then.
   * What is written meanwhile shares records and one write. It is kept, not
   * copied: a caller that does not wait decides how much memory that takes.
   *
   * @throws {Error} If the connection broke, or after `closeWrite`.
   */
  write(bytes: Uint8Array): Promise<void> {
    return this.#writer.write(bytes);
  }

  /**
   * Ends the outbound stream, in a way that the other end can verify; reading
   * goes on.
   *
   * @throws {Error} If the connection broke.
   */
  closeWrite(): Promise<void> {
    return this.#writer.end();
  }

  /** Closes at once, both ways, and erases the keys. */
  close(): void {
    this.#closeWith(new Deno.errors.BadResource("the connection was closed"));
  }

  #open(record: Uint8Array): Uint8Array | undefined {
    try {
      return this.#reader.open(record);
    } catch (error) {
      throw this.#closeWith(error);
    }
  }

  /** Closes for a reason; an earlier reason stays. */
  #closeWith(reason: unknown): unknown {
    this.#failure ??= reason;
    this.#writer.stop(this.#failure);
    this.#reader.wipe();
    this.#wire.close();
    return this.#failure;
  }
}
