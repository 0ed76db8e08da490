/** Size of the buffer for replies, into which most of them fit, in bytes. */
const REPLY_BUFFER_BYTES = 512;

const encoder = new TextEncoder();

/**
 * Encodes one reply of a session after the other in the same memory: to allocate
 * some for each would cost more.
 */
export class ReplyBuffer {
  readonly #bytes = new Uint8Array(REPLY_BUFFER_BYTES);

  /** The bytes of a reply, good until the next one is encoded. */
  encode(text: string): Uint8Array {
    // No character takes more than three bytes.
    if (text.length * 3 > REPLY_BUFFER_BYTES) return encoder.encode(text);
    const { written } = encoder.encodeInto(text, this.#bytes);
    return this.#bytes.subarray(0, written);
  }
}
