import { TAG_BYTES } from "../noise/mod.ts";
import { MAX_NOISE_MESSAGE_BYTES } from "../noise/mod.ts";

/** The length prefix of every handshake and transport message, in bytes. */
export const LENGTH_PREFIX_BYTES = 2;

/** The longest plaintext of a record, in bytes. */
export const MAX_PLAINTEXT_BYTES = MAX_NOISE_MESSAGE_BYTES - TAG_BYTES;

/** How much longer than its plaintext a record is, prefix included, in bytes. */
export const RECORD_OVERHEAD_BYTES: number = LENGTH_PREFIX_BYTES + TAG_BYTES;

/** After how many records a direction changes to the next key. */
export const REKEY_AFTER_RECORDS = 2 ** 16;

/** Writes a length prefix: two bytes, big-endian. */
export function writeLengthPrefix(
  out: Uint8Array,
  at: number,
  length: number,
): void {
  out[at] = length >>> 8;
  out[at + 1] = length & 255;
}

/** A message with its length prefix. */
export function withLengthPrefix(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_PREFIX_BYTES + message.length);
  writeLengthPrefix(bytes, 0, message.length);
  bytes.set(message, LENGTH_PREFIX_BYTES);
  return bytes;
}
