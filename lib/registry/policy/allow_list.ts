import { isPublicKey } from "../../protocol/mod.ts";
import { fingerprintOf } from "../../secure/mod.ts";

/** A list of allowed keys that cannot be read. */
export class AllowListError extends Error {
  /** The name of the class. */
  override name = "AllowListError";
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
          "shows it, nor a key",
      );
    }
  }
  return allowed;
}
