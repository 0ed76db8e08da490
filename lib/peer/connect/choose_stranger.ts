import { fingerprintOf, isFingerprint } from "../../secure/mod.ts";
import { PeerError } from "../errors.ts";
import type { Requests, Stranger } from "../store/mod.ts";

/**
 * The stranger with a name or fingerprint: one who waits, or else one who was
 * declined. A client ID that has the form of a fingerprint names nobody here: it
 * may be that of another one's key.
 *
 * @throws {PeerError} If there is not exactly one.
 */
export function chooseStranger(requests: Requests, text: string): Stranger {
  if (isFingerprint(text)) {
    const found = requests.all()
      .filter(({ key }) => fingerprintOf(key) === text);
    return onlyOne(text, found);
  }
  const found = requests.named(text);
  const waiting = found.filter(({ key }) => requests.get(key) !== undefined);
  return onlyOne(text, waiting.length > 0 ? waiting : found);
}

/** @throws {PeerError} If there is not exactly one. */
function onlyOne(text: string, found: readonly Stranger[]): Stranger {
  const [stranger, ...more] = found;
  if (stranger === undefined) {
    throw new PeerError(
      isFingerprint(text)
        ? `no stranger with the fingerprint ${text} wants to talk`
        : `no stranger called ${text} wants to talk`,
    );
  }
  if (more.length === 0) return stranger;
  const fingerprints = found.map(({ key }) => fingerprintOf(key));
  throw new PeerError(
    `several strangers are called ${text}: give the fingerprint of one, ` +
      fingerprints.join(" or "),
  );
}
