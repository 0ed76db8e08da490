const CLIENT_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Whether a text can be a client ID: 1 to 64 letters, digits, `.`, `_` and `-`
 * (PROTOCOL.md, "Client IDs").
 */
export function isClientID(text: string): boolean {
  return CLIENT_ID.test(text);
}
