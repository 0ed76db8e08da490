/** Characters of client IDs that look like others, and what stands for them. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "l",
  i: "l",
  "5": "s",
  "2": "z",
  "8": "b",
  // The longer text stands for the shorter one: so vw and wv are the same.
  m: "rn",
  w: "vv",
};

/**
 * What a client ID looks like at a glance: IDs that are easily taken for each
 * other have the same skeleton (Unicode Technical Standard 39, section 4, for the
 * ASCII characters of client IDs). Case and punctuation do not count.
 */
export function skeleton(clientID: string): string {
  return clientID.toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replace(/[01258imw]/g, (char) => LOOK_ALIKES[char] ?? char);
}
