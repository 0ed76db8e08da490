/** The bytes that a text of hexadecimal digits, spaces aside, stands for. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex.replaceAll(/\s/g, ""));
}
