import { CODE, isPublicKey } from "../../protocol/mod.ts";
import { fingerprintOf } from "../../secure/mod.ts";
import { RegistryError } from "../errors.ts";

/** An allow list that cannot be read; the message says why. */
export class AllowListError extends Error {
  /** An error with a message for the operator. */
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

const FINGERPRINT = /^[a-z2-7]{4}(-[a-z2-7]{4}){4}$/;

/**
 * The keys that may register, by fingerprint. The text has one in a line, as
 * `/whoami` shows it or as the whole key in base64; what follows it in the line
 * is for people, and so are empty lines and those that begin with `#`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { parseAllowList } from "../mod.ts";
 *
 * const allowed = parseAllowList("k5wm-2qfa-7tzc-d3nx-vh4e  alice's laptop");
 * assert(allowed.has("k5wm-2qfa-7tzc-d3nx-vh4e"));
 * ```
 *
 * @throws {AllowListError} If a line is something else; says which.
 */
export function parseAllowList(text: string): ReadonlySet<string> {
  const allowed = new Set<string>();
  for (const [index, line] of text.split("\n").entries()) {
    const [word = ""] = line.trim().split(/\s+/);
    if (word === "" || word.startsWith("#")) continue;
    if (FINGERPRINT.test(word)) allowed.add(word);
    else if (isPublicKey(word)) allowed.add(fingerprintOf(word));
    else {
      throw new AllowListError(
        `line ${index + 1} begins with neither a fingerprint, as /whoami ` +
          "prints it, nor a public key",
      );
    }
  }
  return allowed;
}

/**
 * The error of a key that is not on an allow list; undefined if it is.
 *
 * @param allowed The fingerprints on the list.
 * @param key In base64; undefined for a client that registers in plain.
 */
export function allowListError(
  allowed: ReadonlySet<string>,
  key: string | undefined,
): RegistryError | undefined {
  const reason = "only keys on the registry's allow list may register";
  if (key === undefined) return new RegistryError(CODE.forbidden, reason);
  const fingerprint = fingerprintOf(key);
  if (allowed.has(fingerprint)) return undefined;
  const request = `send its operator your fingerprint, ${fingerprint}, ` +
    "then run /register";
  return new RegistryError(CODE.forbidden, `${reason}: ${request}`);
}
