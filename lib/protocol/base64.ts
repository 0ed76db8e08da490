/**
 * The bytes of a text in base64 (RFC 4648, section 4), padded, in the one way that
 * there is to write them; undefined if the text is something else.
 */
export function bytesFromBase64(
  text: string,
): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text);
    return bytes.toBase64() === text ? bytes : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
