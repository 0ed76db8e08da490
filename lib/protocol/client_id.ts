const CLIENT_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** What a client ID consists of, as messages to users say it. */
export const CLIENT_ID_RULE =
  "1 to 64 letters, digits, dots, underscores and hyphens";

/**
 * Whether a text can be a client ID: 1 to 64 letters, digits, `.`, `_` and `-`
 * (PROTOCOL.md, "Client IDs").
 */
export function isClientID(text: string): boolean {
  return CLIENT_ID.test(text);
}
