import type { Mutant } from "../mutant.ts";

const SECURE = ["tests/secure/rotation_test.ts"];
const REGISTRY = ["tests/registry/methods/rotation_test.ts"];

const PEER = ["tests/peer/rotation_test.ts"];

/** Faults of rotated keys. */
export const ROTATION: readonly Mutant[] = [
  {
    fault: "a statement for another client ID counts",
    file: "lib/secure/rotation.ts",
    from: "opened?.clientID !== clientID || opened.oldKey !== key",
    to: "opened?.oldKey !== key",
    tests: SECURE,
  },
  {
    fault: "a statement of another key counts",
    file: "lib/secure/rotation.ts",
    from: "opened?.clientID !== clientID || opened.oldKey !== key",
    to: "opened?.clientID !== clientID",
    tests: SECURE,
  },
  {
    fault: "a statement for another new key counts",
    file: "lib/secure/rotation.ts",
    from: "return key !== fromKey && key === toKey;",
    to: "return key !== fromKey;",
    tests: SECURE,
  },
  {
    fault: "a letter counts as a statement",
    file: "lib/secure/seal.ts",
    from: '"p2pchat key rotation 1"',
    to: '"p2pchat sealed message 1"',
    tests: SECURE,
  },
  {
    fault: "a key takes a claim over without a statement of its owner",
    file: "lib/registry/methods/register.ts",
    from: "  if (!context.isRotated(rotations, change)) return;\n",
    to: "",
    tests: REGISTRY,
  },
  {
    fault: "a key that is not on the allow list takes a claim over",
    file: "lib/registry/methods/register.ts",
    from: "  context.checkAllowed(key);\n  const owner",
    to: "  const owner",
    tests: REGISTRY,
  },
  {
    fault: "statements in vain cost nothing",
    file: "lib/registry/methods/register.ts",
    from: "  context.countClaim(key, origin);\n  const change",
    to: "  const change",
    tests: REGISTRY,
  },
  {
    fault: "the old key stays registered",
    file: "lib/registry/methods/register.ts",
    from:
      "  await directory.revoke(lease);\n  await dismiss(context, lease.session);",
    to: "",
    tests: REGISTRY,
  },
  {
    fault: "a new key counts without a statement of the old one",
    file: "lib/peer/trust/rotations.ts",
    from: "    if (fromKey === undefined) return false;\n",
    to: "    if (fromKey === undefined) {\n" +
      "      this.#options.store.pins.pin(name, key);\n      return true;\n    }\n",
    tests: PEER,
  },
  {
    fault: "a key that was replaced can come back",
    file: "lib/peer/trust/rotations.ts",
    from: "if (pin?.key === key || formerKeys.has(name, key)) return false;",
    to: "if (pin?.key === key) return false;",
    tests: PEER,
  },
  {
    fault: "a key that was replaced can be trusted again",
    file: "lib/peer/trust/known_keys.ts",
    from:
      "if (this.#formerKeysOf(name).map(fingerprintOf).includes(fingerprint)) {",
    to: "if (name === fingerprint) {",
    tests: PEER,
  },
  {
    fault: "a key that has replaced another is verified",
    file: "lib/peer/store/former_keys.ts",
    from: "this.#pins.pin(name, toKey);\n",
    to: "{\n        this.#pins.pin(name, toKey);\n" +
      "        this.#pins.setVerified(name, true);\n      }\n",
    tests: PEER,
  },
  {
    fault: "a blocked client comes back with a new key",
    file: "lib/peer/store/former_keys.ts",
    from: '"UPDATE OR IGNORE blocked SET key = ?1 WHERE key = ?2",',
    to: "",
    tests: PEER,
  },
  {
    fault: "a blocked client comes back with its old key",
    file: "lib/peer/store/blocked.ts",
    from:
      " OR key IN\n        (SELECT successor FROM former_keys WHERE key = ?1)",
    to: " OR ?1 = ''",
    tests: PEER,
  },
  {
    fault: "a blocked key takes the place of an accepted client",
    file: "lib/peer/trust/rotations.ts",
    from: "    if (blocked.has(key) && !blocked.has(fromKey)) return false;\n",
    to: "",
    tests: PEER,
  },
  {
    fault: "the new key of a blocked client is told",
    file: "lib/peer/trust/rotations.ts",
    from: "if (!blocked.has(key)) {",
    to: "if (key !== name) {",
    tests: PEER,
  },
  {
    fault: "a message is shown again under a new key",
    file: "lib/peer/store/former_keys.ts",
    from: '"UPDATE OR IGNORE senders SET key = ?1 WHERE key = ?2",',
    to: "",
    tests: PEER,
  },
  {
    fault: "the links under an old key stay open",
    file: "lib/peer/connect/introduce.ts",
    from: "      if (!isTaken) return;\n",
    to: "      if (isTaken) return;\n",
    tests: PEER,
  },
  {
    fault: "letters of an old key are taken behind a statement",
    file: "lib/peer/delivery/letter_collector.ts",
    from: "          senders = new SenderCheck(this.#context);\n",
    to: "",
    tests: PEER,
  },
];
