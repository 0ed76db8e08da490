/** The first wait, and the longest, in ms. */
const FIRST = 500;
const LONGEST = 30_000;

/**
 * How long to wait before each further try, in ms: from 0.5 s, doubled each
 * time, to 30 s. Each is shortened by chance, by up to a half, so that those who
 * lost a registry at one moment do not all come back at one moment.
 */
export function* backoff(): Generator<number, never> {
  for (let wait = FIRST;; wait = Math.min(2 * wait, LONGEST)) {
    yield wait * (1 - Math.random() / 2);
  }
}
