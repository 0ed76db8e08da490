/** 32 bytes in base64, in the one way that there is to write them. */
const PUBLIC_KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/** Whether a text is a public key as headers carry it: 32 bytes in base64. */
export function isPublicKey(text: string): boolean {
  return PUBLIC_KEY.test(text);
}
