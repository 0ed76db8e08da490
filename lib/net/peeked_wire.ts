import { TIMED_OUT } from "../async/mod.ts";
import type { Address } from "./address.ts";
import type { TimedReader } from "./timed_reader.ts";
import type { Wire } from "./wire.ts";

/** A wire whose first bytes have been read, and are read once more from it. */
export class PeekedWire implements Wire {
  readonly #wire: Wire;
  readonly #reader: TimedReader;
  #first: Uint8Array | undefined;

  /**
   * The wire, with its first bytes put back.
   *
   * @param reader What has read them; no other may read the wire.
   * @param first All bytes that were read.
   */
  constructor(wire: Wire, reader: TimedReader, first: Uint8Array) {
    this.#wire = wire;
    this.#reader = reader;
    this.#first = first.length > 0 ? first : undefined;
  }

  get remote(): Address {
    return this.#wire.remote;
  }

  async read(): Promise<Uint8Array | undefined> {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) return first;
    // The read that timed out may still be pending, and comes first.
    const bytes = await this.#reader.read();
    return bytes === TIMED_OUT ? undefined : bytes;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#wire.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#wire.closeWrite();
  }

  close(): void {
    this.#wire.close();
  }
}
