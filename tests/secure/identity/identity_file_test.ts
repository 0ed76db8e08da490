import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import {
  Identity,
  IdentityError,
  loadIdentity,
} from "../../../lib/secure/mod.ts";
import { Folder } from "../../support/folder.ts";
import { Holder } from "../../support/holder.ts";
import { flipped } from "../../support/flip.ts";

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name);
}

/** The file is refused with these words, and stays as it is. */
async function assertRefused(path: string, words: RegExp): Promise<void> {
  const before = await Deno.readFile(path);
  const error = await assertRejects(() => loadIdentity(path), IdentityError);
  assert(words.test(error.message), error.message);
  assert(error.message.includes(path), error.message);
  assertEquals(await Deno.readFile(path), before);
}

Deno.test("a new identity is kept in a file of mode 0600 in a folder of mode 0700", async () => {
  await using folder = await Folder.make();
  const path = folder.path("config", "p2pchat", "alice");
  const identity = await loadIdentity(path);
  assertEquals(await modeOf(path), 0o600);
  assertEquals(await modeOf(folder.path("config", "p2pchat")), 0o700);
  assertEquals(await modeOf(folder.path("config")), 0o700);
  assertEquals(namesIn(folder.path("config", "p2pchat")), ["alice"]);
  const again = await loadIdentity(path);
  assertEquals(again.publicKey, identity.publicKey);
  assertEquals(again.exportPrivateKey(), identity.exportPrivateKey());
});

Deno.test("each file has an identity of its own", async () => {
  await using folder = await Folder.make();
  const a = await loadIdentity(folder.path("alice"));
  const b = await loadIdentity(folder.path("bob"));
  assertNotEquals(a.publicKey, b.publicKey);
});

Deno.test("a hundred that make one file at once get one identity", async () => {
  await using folder = await Folder.make();
  const path = folder.path("new", "identity");
  const all = await Promise.all(
    Array.from({ length: 100 }, () => loadIdentity(path)),
  );
  const keys = new Set(all.map(({ publicKey }) => publicKey.toHex()));
  assertEquals(keys.size, 1);
  assertEquals(namesIn(folder.path("new")), ["identity"]);
});

Deno.test("processes that make one file at once get one identity, and one of them has it", async () => {
  await using folder = await Folder.make();
  const path = folder.path("new", "identity");
  await using scope = new AsyncDisposableStack();
  const holders = Array.from({ length: 3 }, () => scope.use(new Holder(path)));
  const said = await Promise.all(holders.map((holder) => holder.says()));
  assertEquals(new Set(said.map(({ publicKey }) => publicKey)).size, 1);
  assertEquals(said.filter(({ held }) => held).length, 1);
});

Deno.test("what a crash left of a file in the making is no obstacle", async () => {
  await using folder = await Folder.make();
  await Deno.writeTextFile(folder.path(".identity-1.tmp"), "p2pchat iden");
  await loadIdentity(folder.path("identity"));
});

Deno.test("a file that others may read or change is refused with what to do", async () => {
  await using folder = await Folder.make();
  const path = folder.path("identity");
  await loadIdentity(path);
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o610]) {
    await Deno.chmod(path, mode);
    await assertRefused(path, /by others: .*chmod 600 ".*"; .*move it away/);
    assertEquals(await modeOf(path), mode);
  }
  for (const mode of [0o600, 0o400, 0o700]) {
    await Deno.chmod(path, mode);
    await loadIdentity(path);
  }
});

Deno.test("a file with any byte changed, cut or added is refused and stays as it is, unless it means the same", async () => {
  await using folder = await Folder.make();
  const path = folder.path("identity");
  const identity = await loadIdentity(path);
  const whole = await Deno.readFile(path);
  const text = new TextDecoder().decode(whole);
  // Comments say nothing, and X25519 ignores five bits of a private key (RFC
  // 7748, section 5).
  const mayMeanTheSame = (i: number) =>
    i >= text.indexOf("#") && i < text.indexOf("public key:") ||
    i >= text.indexOf("private key: ") + "private key: ".length;
  for (let i = 0; i < whole.length; i++) {
    const changes = [
      flipped(whole, i),
      whole.subarray(0, i),
      Uint8Array.from([...whole.subarray(0, i), 65, ...whole.subarray(i)]),
    ];
    for (const changed of changes) {
      await Deno.writeFile(path, changed);
      const outcome = await loadIdentity(path).catch((error) => error);
      if (outcome instanceof Identity && mayMeanTheSame(i)) {
        assertEquals(outcome.publicKey, identity.publicKey);
      } else {
        assertInstanceOf(outcome, IdentityError, `byte ${i}`);
        assertEquals(await Deno.readFile(path), changed);
      }
    }
  }
});

Deno.test("a file that is damaged, empty or far too long is refused with what to do", async () => {
  await using folder = await Folder.make();
  const path = folder.path("identity");
  for (
    const text of ["", "hello\n", "#\n".repeat(100_000), "\0".repeat(5000)]
  ) {
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    await assertRefused(path, /is damaged: put back a copy .* or move it away/);
  }
});

Deno.test("a file of a later version is refused as such", async () => {
  await using folder = await Folder.make();
  const path = folder.path("identity");
  const text = "p2pchat identity 2\nsomething new\n";
  await Deno.writeTextFile(path, text, { mode: 0o600 });
  await assertRefused(path, /is of version 2, made by a later program/);
});

Deno.test("what is no file, or cannot be made, is refused with its name", async () => {
  await using folder = await Folder.make();
  await Deno.mkdir(folder.path("identity"), { mode: 0o700 });
  await assertRejects(
    () => loadIdentity(folder.path("identity")),
    IdentityError,
    "identity is not a file",
  );
  await Deno.writeTextFile(folder.path("file"), "");
  await assertRejects(
    () => loadIdentity(folder.path("file", "identity")),
    IdentityError,
    "identity cannot be used",
  );
});
