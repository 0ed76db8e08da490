import type { Mutant } from "../mutant.ts";

const SECURE = ["tests/secure/rotation_test.ts"];
const REGISTRY = ["tests/registry/methods/rotation_test.ts"];

const PEER = ["tests/peer/rotation_test.ts"];
const ROTATE = ["tests/peer/rotate_key_test.ts"];
const HOME = ["tests/peer/store/home_test.ts"];
const BLOCKING = ["tests/peer/blocking_test.ts"];
const OWN_KEYS = ["tests/peer/trust/own_keys_test.ts"];

/** Faults of rotated keys. */
export const ROTATION: readonly Mutant[] = [
  {
    fault: "a stranger that was declined is not told of a new key",
    file: "lib/peer/trust/own_keys.ts",
    from: "...requests.all(), ...blocked.list()]",
    to: "...requests.list(), ...blocked.list()]",
    tests: BLOCKING,
  },
  {
    fault: "a stranger that was blocked is not told of a new key",
    file: "lib/peer/trust/own_keys.ts",
    from: "...requests.all(), ...blocked.list()]",
    to: "...requests.all()]",
    tests: BLOCKING,
  },
  {
    fault: "private keys that never came into the identity file are kept",
    file: "lib/peer/store/own_keys.ts",
    from: "AND number <= (SELECT number",
    to: "AND number = (SELECT number",
    tests: OWN_KEYS,
  },
  {
    fault: "of many statements the first one is left out",
    file: "lib/peer/trust/own_keys.ts",
    from: "const known = this.#retired.at(-statements.length);",
    to: "const known = this.#retired.at(1 - statements.length);",
    tests: ROTATE,
  },
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
    fault: "a contact that replaces its key without end fills disk and screen",
    file: "lib/peer/trust/rotations.ts",
    from: "if (count >= MAX_ROTATIONS_PER_DAY) return false;",
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
    file: "lib/peer/delivery/letter_opener.ts",
    from: "          senders = new SenderCheck(this.#context);\n",
    to: "",
    tests: PEER,
  },
  {
    fault: "a replaced key comes back at the next start",
    file: "lib/peer/store/home.ts",
    from: "const identity = currentIdentity(store.ownKeys, inFile);",
    to: "const identity = inFile;",
    tests: HOME,
  },
  {
    fault: "a new key is erased from the store before it is in the file",
    file: "lib/peer/store/home.ts",
    from: "  if (notice === undefined) {\n    store",
    to: "  {\n    store",
    tests: HOME,
  },
  {
    fault: "the identity file is written through, not replaced whole",
    file: "lib/secure/identity/identity_file.ts",
    from: "    const target = await Deno.realPath(path);",
    to: "    const target = path;",
    tests: HOME,
  },
  {
    fault: "the registry is not told what the old key has stated",
    file: "lib/peer/registry_client/registration.ts",
    from: "const rotations = ownKeys.statementsFor(link.key);",
    to: "const rotations: Uint8Array[] = [];",
    tests: ROTATE,
  },
  {
    fault: "CHAT does not say what the old key has stated",
    file: "lib/peer/conversation/peer_link.ts",
    from: "const rotations = ownKeys.statementsFor(this.key);",
    to: "const rotations: Uint8Array[] = [];",
    tests: ROTATE,
  },
  {
    fault: "a contact that is away is not told of a new key",
    file: "lib/peer/delivery/letter_sender.ts",
    from:
      "      await registry.deposit(clientID, recipient, sealed);\n      own",
    to: "      own",
    tests: ROTATE,
  },
  {
    fault: "a statement is sealed to the old key of a contact",
    file: "lib/peer/delivery/letter_sender.ts",
    from: "sealLetter(recipient, ownKeys.current, letter)",
    to: "sealLetter(key, ownKeys.current, letter)",
    tests: ROTATE,
  },
  {
    fault: "letters for the old key are not read",
    file: "lib/peer/components.ts",
    from: "if (!registry.isPlain) oldMailboxes.empty();",
    to: "",
    tests: ROTATE,
  },
  {
    fault: "an old private key is kept for ever",
    file: "lib/peer/store/own_keys.ts",
    from: "if (this.#erase.run(until) === 0) return false;",
    to: "if (until >= 0) return false;",
    tests: OWN_KEYS,
  },
  {
    fault: "the last statement counts as taken before it is",
    file: "lib/peer/trust/own_keys.ts",
    from:
      "if (ownKey !== this.#publicKey || !this.#owed.delete(recipient)) return;",
    to: "if (!this.#owed.delete(recipient)) return;",
    tests: OWN_KEYS,
  },
  {
    fault: "a peer of another key is called again without its statement",
    file: "lib/peer/connect/retry_with_new_key.ts",
    from:
      "if (key && fingerprintOf(key) === error.fingerprint) return await connect();",
    to: "if (key !== error.owner) return await connect();",
    tests: ROTATE,
  },
  {
    fault: "an old private key is kept for 300 days",
    file: "lib/peer/trust/own_keys.ts",
    from: "30 * 24 * 60 * 60 * 1000",
    to: "300 * 24 * 60 * 60 * 1000",
    tests: OWN_KEYS,
  },
  {
    fault: "copies of private keys stay in memory after a rotation",
    file: "lib/peer/trust/own_keys.ts",
    from: "for (const { privateKey } of [old, next]) privateKey.fill(0);",
    to: "",
    tests: OWN_KEYS,
  },
  {
    fault: "the copy of an old private key stays in memory",
    file: "lib/peer/trust/own_keys.ts",
    from: "    privateKey.fill(0);\n    return identity;",
    to: "    return identity;",
    tests: OWN_KEYS,
  },
];
