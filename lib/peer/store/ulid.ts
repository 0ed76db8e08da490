/** The digits of a ULID, in order: Crockford's base 32. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** How many digits are the time; the other 16 are random. */
const TIME_DIGITS = 10;

/** How many digits are random. */
const RANDOM_DIGITS = 16;

/**
 * A ULID (https://github.com/ulid/spec) that is greater than `last`, whatever
 * the clock says: of the time and random digits if that is greater, else the
 * successor of `last`.
 *
 * @param last The ULID before; an empty text for the first one.
 * @param now The time, in ms since the epoch.
 */
export function nextULID(last: string, now: number): string {
  const time = timeDigits(now);
  return time > last.slice(0, TIME_DIGITS)
    ? time + randomDigits()
    : successor(last);
}

function timeDigits(now: number): string {
  let text = "";
  for (
    let rest = now;
    text.length < TIME_DIGITS;
    rest = Math.floor(rest / 32)
  ) {
    text = DIGITS[rest % 32] + text;
  }
  return text;
}

function randomDigits(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_DIGITS));
  return Array.from(bytes, (byte) => DIGITS[byte % 32]).join("");
}

function successor(ulid: string): string {
  const rest = ulid.replace(/Z+$/, "");
  const next = DIGITS.charAt(DIGITS.indexOf(rest.slice(-1)) + 1);
  return (rest.slice(0, -1) + next).padEnd(ulid.length, DIGITS[0]);
}
