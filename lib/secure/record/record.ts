import { TAG_LENGTH } from "../noise/mod.ts";
import { MAX_NOISE_MESSAGE } from "../noise/mod.ts";

/** The length in front of every handshake and transport message, in bytes. */
export const PREFIX_LENGTH = 2;

/** The most plaintext in one record, in bytes. */
export const MAX_PLAINTEXT = MAX_NOISE_MESSAGE - TAG_LENGTH;

/** How many bytes a record is longer than its plaintext, its length included. */
export const RECORD_OVERHEAD: number = PREFIX_LENGTH + TAG_LENGTH;

/** After how many records a direction goes on with the next key. */
export const REKEY_EVERY = 2 ** 16;

/** Writes a length as two bytes, big-endian. */
export function writePrefix(out: Uint8Array, at: number, length: number): void {
  out[at] = length >>> 8;
  out[at + 1] = length & 255;
}

/** A message with its length in front. */
export function prefixed(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PREFIX_LENGTH + message.length);
  writePrefix(bytes, 0, message.length);
  bytes.set(message, PREFIX_LENGTH);
  return bytes;
}
