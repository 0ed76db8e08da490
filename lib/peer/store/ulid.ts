/** The digits of an ID, in order: Crockford's base 32. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** How many digits say when the ID was made; the other 16 are random. */
const TIME = 10;

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Whether a text is an ID of a message: a ULID (https://github.com/ulid/spec). */
export function isULID(text: string): boolean {
  return ULID.test(text);
}

/**
 * A ULID that comes after `last` in the order of texts, whatever the clock
 * says: from the time and chance where that does, else the one next to `last`.
 *
 * @param now The time, in ms since the epoch.
 * @param last The one made before, or an empty text if there is none.
 */
export function ulidAfter(last: string, now: number): string {
  const time = digits(now);
  return time > last.slice(0, TIME) ? time + chance() : successor(last);
}

function digits(now: number): string {
  let text = "";
  for (let rest = now; text.length < TIME; rest = Math.floor(rest / 32)) {
    text = DIGITS[rest % 32] + text;
  }
  return text;
}

function chance(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => DIGITS[byte % 32]).join("");
}

function successor(ulid: string): string {
  const rest = ulid.replace(/Z+$/, "");
  const next = DIGITS.charAt(DIGITS.indexOf(rest.slice(-1)) + 1);
  return (rest.slice(0, -1) + next).padEnd(ulid.length, DIGITS[0]);
}
