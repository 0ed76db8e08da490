import type { Mutant } from "../mutant.ts";

const SECURE = ["tests/secure/rotation_test.ts"];
const REGISTRY = ["tests/registry/methods/rotation_test.ts"];

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
];
