const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/**
 * Whether a text is the ID of a message: a ULID
 * (https://github.com/ulid/spec; PROTOCOL.md, "Delivery").
 */
export function isMessageID(text: string): boolean {
  return ULID.test(text);
}
