import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { openStateFolder, StateError } from "../../../lib/registry/mod.ts";
import { TempFolder } from "../../support/temp_folder.ts";

const NOW = 1_800_000_000;

Deno.test("a folder is made, and has the same key and claims the next time", async () => {
  using temp = new TempFolder();
  const folder = `${temp.path}/of/a/registry`;
  const first = await openStateFolder(folder);
  first.store.claims.claim("alice", "A", NOW);
  first[Symbol.dispose]();
  using second = await openStateFolder(folder);
  assertEquals(second.identity.publicKey, first.identity.publicKey);
  assertEquals(second.store.claims.find("alice", NOW)?.key, "A");
});

Deno.test({
  name: "only the owner of the state folder can read its files",
  // Windows has no such modes.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using temp = new TempFolder();
    const folder = `${temp.path}/registry`;
    using _state = await openStateFolder(folder);
    for (
      const path of [folder, `${folder}/identity`, `${folder}/registry.db`]
    ) {
      const { mode } = Deno.statSync(path);
      assert(mode !== null && (mode & 0o077) === 0, path);
    }
  },
});

Deno.test("a registry in memory stores nothing", async () => {
  using first = await openStateFolder(":memory:");
  using second = await openStateFolder(":memory:");
  first.store.claims.claim("alice", "A", NOW);
  assertEquals(second.store.claims.find("alice", NOW)?.key, undefined);
  assertNotEquals(first.identity.publicKey, second.identity.publicKey);
});

Deno.test("a folder that another registry uses is refused until that ends", async () => {
  using temp = new TempFolder();
  const first = await openStateFolder(temp.path);
  await assertRejects(
    () => openStateFolder(temp.path),
    StateError,
    "is in use by another registry",
  );
  first[Symbol.dispose]();
  using _second = await openStateFolder(temp.path);
});

/** What can be wrong with a folder: how it is made so, and what is said. */
const WRONG: [what: string, make: (folder: string) => void, words: string][] = [
  [
    "a damaged key",
    (folder) =>
      Deno.writeTextFileSync(`${folder}/identity`, "no key", { mode: 0o600 }),
    "is damaged",
  ],
  [
    "damaged claims",
    (folder) =>
      Deno.writeTextFileSync(`${folder}/registry.db`, "no claims".repeat(999)),
    "Restore a copy",
  ],
  [
    "a folder where its lock should be",
    (folder) => Deno.mkdirSync(`${folder}/identity.lock`),
    "cannot be used",
  ],
];

for (const [what, make, words] of WRONG) {
  Deno.test(`${what} is reported with what to do, and no file is left open`, async () => {
    using temp = new TempFolder();
    make(temp.path);
    for (let n = 0; n < 2; n++) {
      await assertRejects(() => openStateFolder(temp.path), StateError, words);
    }
  });
}

Deno.test("a file in place of the folder is reported with what to do", async () => {
  using temp = new TempFolder();
  const path = `${temp.path}/file`;
  Deno.writeTextFileSync(path, "");
  await assertRejects(
    () => openStateFolder(path),
    StateError,
    "cannot be used",
  );
});
