import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { openHome } from "../../../lib/peer/mod.ts";
import {
  Identity,
  IdentityError,
  IdentityInUseError,
  loadIdentity,
} from "../../../lib/secure/mod.ts";
import { TempFolder } from "../../support/temp_folder.ts";

/** The names in a folder. */
function names(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

Deno.test("a client keeps its key and what it remembers from one run to the next", async () => {
  using temp = new TempFolder();
  const folder = `${temp.path}/of/clients`;
  const keys = [];
  for (const before of [undefined, "B"]) {
    using home = await openHome(folder, "alice");
    assertEquals(home.store.pins.get("bob")?.key, before);
    home.store.pins.pin("bob", "B");
    keys.push(home.identity.publicKey);
  }
  assertEquals(keys[0], keys[1]);
});

Deno.test("each client ID has a folder of its own, which is a plain name anywhere", async () => {
  using temp = new TempFolder();
  const clientIDs = [
    "alice",
    "Alice",
    "ALICE",
    "alice.",
    ".alice",
    ".",
    "..",
    "CON",
    "con",
    "nul.txt",
    "-rf",
    "a".repeat(64),
    "A".repeat(64),
  ];
  const keys = new Set<string>();
  for (const clientID of clientIDs) {
    using home = await openHome(temp.path, clientID);
    keys.add(home.identity.publicKey.toBase64());
  }
  assertEquals(keys.size, clientIDs.length);
  const folders = names(temp.path);
  assertEquals(folders.length, clientIDs.length);
  // Also where upper and lower case are the same to the file system.
  assertEquals(
    new Set(folders.map((name) => name.toLowerCase())).size,
    clientIDs.length,
  );
  for (const name of folders) {
    assert(/^client-[a-z0-9_%-]+$/.test(name) && name.length < 255, name);
  }
});

Deno.test("a second client with the same state folder cannot start before the first ends", async () => {
  using temp = new TempFolder();
  {
    using home = await openHome(temp.path, "alice");
    const error = await assertRejects(
      () => openHome(temp.path, "alice"),
      IdentityInUseError,
      "identity is in use by another process",
    );
    assert(!error.message.includes("\n"));
    using other = await openHome(temp.path, "bob");
    assertNotEquals(other.identity.publicKey, home.identity.publicKey);
  }
  using _again = await openHome(temp.path, "alice");
});

Deno.test("a damaged key is refused, and neither replaced nor kept locked", async () => {
  using temp = new TempFolder();
  const path = `${temp.path}/client-alice/identity`;
  {
    using _home = await openHome(temp.path, "alice");
  }
  const whole = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, whole.slice(0, -20));
  await assertRejects(
    () => openHome(temp.path, "alice"),
    IdentityError,
    "is damaged: restore a backup of it",
  );
  assertEquals(Deno.readTextFileSync(path), whole.slice(0, -20));
  Deno.writeTextFileSync(path, whole);
  using _home = await openHome(temp.path, "alice");
});

Deno.test({
  name:
    "a key that others may read is refused with what to do, and left as it is",
  // Windows has no such modes.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using temp = new TempFolder();
    const path = `${temp.path}/client-alice/identity`;
    {
      using _home = await openHome(temp.path, "alice");
    }
    for (const mode of [0o640, 0o604, 0o620]) {
      Deno.chmodSync(path, mode);
      await assertRejects(
        () => openHome(temp.path, "alice"),
        IdentityError,
        `chmod 600 "${path}"`,
      );
      assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, mode);
    }
    Deno.chmodSync(path, 0o600);
    using _home = await openHome(temp.path, "alice");
  },
});

Deno.test("damaged messages are moved aside, which is reported, and the key stays", async () => {
  using temp = new TempFolder();
  const folder = `${temp.path}/client-alice`;
  let key;
  {
    using home = await openHome(temp.path, "alice");
    key = home.identity.publicKey;
  }
  Deno.writeTextFileSync(`${folder}/store.db`, "no messages ".repeat(1000));
  using home = await openHome(temp.path, "alice");
  assertEquals(home.identity.publicKey, key);
  const { notice } = home.store;
  assert(notice?.includes("verify your peers again"), notice);
  assert(names(folder).some((name) => name.startsWith("store.db.damaged-")));
});

Deno.test("a folder where the lock should be is refused in words", async () => {
  using temp = new TempFolder();
  Deno.mkdirSync(`${temp.path}/client-alice/identity.lock`, {
    recursive: true,
  });
  await assertRejects(
    () => openHome(temp.path, "alice"),
    IdentityError,
    "cannot be used",
  );
});

/** Replaces the key of a client in its store, and not in its identity file. */
async function replaceInStore(folder: string): Promise<string> {
  using home = await openHome(folder, "alice");
  const next = Identity.generate();
  const [old, successor] = [home.identity, next].map((identity) => ({
    key: identity.publicKey.toBase64(),
    privateKey: identity.exportPrivateKey(),
  }));
  assert(old !== undefined && successor !== undefined);
  home.store.ownKeys.replace({ old, successor, now: 0 }, [], []);
  return successor.key;
}

Deno.test("a new key that only the store has is written to the identity file at the next start", async () => {
  using temp = new TempFolder();
  (await openHome(temp.path, "alice"))[Symbol.dispose]();
  const key = await replaceInStore(temp.path);
  const path = `${temp.path}/client-alice/identity`;
  {
    using home = await openHome(temp.path, "alice");
    assertEquals(home.identity.publicKey.toBase64(), key);
    assertEquals(home.notice, undefined);
    // From then on the store does not have it.
    const [old] = home.store.ownKeys.retired();
    assert(old !== undefined);
    const former = Identity.fromPrivateKey(old).publicKey.toBase64();
    assertEquals(home.store.ownKeys.successorOf(former), { key });
  }
  assertEquals((await loadIdentity(path)).publicKey.toBase64(), key);
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
});

Deno.test("an identity file that a new key cannot be written to leaves the key in the store, with a notice", async () => {
  using temp = new TempFolder();
  (await openHome(temp.path, "alice"))[Symbol.dispose]();
  const key = await replaceInStore(temp.path);
  const own = `${temp.path}/client-alice`;
  // A link, as to a file of a device of its own.
  Deno.mkdirSync(`${temp.path}/mount`);
  Deno.renameSync(`${own}/identity`, `${temp.path}/mount/identity`);
  Deno.symlinkSync(`${temp.path}/mount/identity`, `${own}/identity`);
  const rename = Deno.rename;
  Deno.rename = () => Promise.reject(new Error("the device is busy"));
  try {
    for (let run = 0; run < 2; run++) {
      using home = await openHome(temp.path, "alice");
      assertEquals(home.identity.publicKey.toBase64(), key);
      assert(home.notice?.includes("the device is busy"), home.notice);
    }
  } finally {
    Deno.rename = rename;
  }
  using home = await openHome(temp.path, "alice");
  assertEquals(home.notice, undefined);
  const target = await loadIdentity(`${temp.path}/mount/identity`);
  assertEquals(target.publicKey.toBase64(), key);
  assert(Deno.lstatSync(`${own}/identity`).isSymlink);
});

Deno.test("an identity file from before a key was replaced is refused", async () => {
  using temp = new TempFolder();
  (await openHome(temp.path, "alice"))[Symbol.dispose]();
  const path = `${temp.path}/client-alice/identity`;
  Deno.copyFileSync(path, `${temp.path}/backup`);
  await replaceInStore(temp.path);
  (await openHome(temp.path, "alice"))[Symbol.dispose]();
  Deno.copyFileSync(`${temp.path}/backup`, path);
  await assertRejects(
    () => openHome(temp.path, "alice"),
    IdentityError,
    "restore its newest version",
  );
});
