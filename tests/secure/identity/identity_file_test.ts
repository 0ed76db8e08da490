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
import { namesIn, TempFolder } from "../../support/temp_folder.ts";
import { LockProcess } from "./lock_process.ts";
import { withFlippedBit } from "../../support/flip_bit.ts";

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
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
  using folder = new TempFolder();
  const path = folder.join("config", "p2pchat", "alice");
  const identity = await loadIdentity(path);
  assertEquals(await modeOf(path), 0o600);
  assertEquals(await modeOf(folder.join("config", "p2pchat")), 0o700);
  assertEquals(await modeOf(folder.join("config")), 0o700);
  assertEquals(namesIn(folder.join("config", "p2pchat")), ["alice"]);
  const again = await loadIdentity(path);
  assertEquals(again.publicKey, identity.publicKey);
  assertEquals(again.exportPrivateKey(), identity.exportPrivateKey());
});

Deno.test("each file has an identity of its own", async () => {
  using folder = new TempFolder();
  const a = await loadIdentity(folder.join("alice"));
  const b = await loadIdentity(folder.join("bob"));
  assertNotEquals(a.publicKey, b.publicKey);
});

Deno.test("a hundred that make one file at once get one identity", async () => {
  using folder = new TempFolder();
  const path = folder.join("new", "identity");
  const all = await Promise.all(
    Array.from({ length: 100 }, () => loadIdentity(path)),
  );
  const keys = new Set(all.map(({ publicKey }) => publicKey.toHex()));
  assertEquals(keys.size, 1);
  assertEquals(namesIn(folder.join("new")), ["identity"]);
});

Deno.test("processes that make one file at once get one identity, and one of them has it", async () => {
  using folder = new TempFolder();
  const path = folder.join("new", "identity");
  await using scope = new AsyncDisposableStack();
  const processes = Array.from(
    { length: 3 },
    () => scope.use(new LockProcess(path)),
  );
  const reports = await Promise.all(
    processes.map((process) => process.report()),
  );
  assertEquals(new Set(reports.map(({ publicKey }) => publicKey)).size, 1);
  assertEquals(reports.filter(({ held }) => held).length, 1);
});

Deno.test("what a crash left of a file in the making is no obstacle", async () => {
  using folder = new TempFolder();
  await Deno.writeTextFile(folder.join(".identity-1.tmp"), "p2pchat iden");
  await loadIdentity(folder.join("identity"));
});

Deno.test("a file that other users may read or change is refused with what to do", async () => {
  using folder = new TempFolder();
  const path = folder.join("identity");
  await loadIdentity(path);
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o610]) {
    await Deno.chmod(path, mode);
    await assertRefused(
      path,
      /^other users of this machine may read or change .*: run chmod 600 ".*"; .*move the file away/,
    );
    assertEquals(await modeOf(path), mode);
  }
  for (const mode of [0o600, 0o400, 0o700]) {
    await Deno.chmod(path, mode);
    await loadIdentity(path);
  }
});

Deno.test("a file with any byte changed, cut or added is refused and stays as it is, unless it means the same", async () => {
  using folder = new TempFolder();
  const path = folder.join("identity");
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
      withFlippedBit(whole, i),
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
  using folder = new TempFolder();
  const path = folder.join("identity");
  for (
    const text of ["", "hello\n", "#\n".repeat(100_000), "\0".repeat(5000)]
  ) {
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    await assertRefused(
      path,
      /is damaged: restore a backup .* or move it away/,
    );
  }
});

Deno.test("a file of a newer version is refused as such", async () => {
  using folder = new TempFolder();
  const path = folder.join("identity");
  const text = "p2pchat identity 2\nsomething new\n";
  await Deno.writeTextFile(path, text, { mode: 0o600 });
  await assertRefused(
    path,
    /has version 2, which a newer version of this program wrote/,
  );
});

Deno.test("what is no file, or cannot be made, is refused with its name", async () => {
  using folder = new TempFolder();
  await Deno.mkdir(folder.join("identity"), { mode: 0o700 });
  await assertRejects(
    () => loadIdentity(folder.join("identity")),
    IdentityError,
    "identity is not a regular file: rename or delete it",
  );
  await Deno.writeTextFile(folder.join("file"), "");
  await assertRejects(
    () => loadIdentity(folder.join("file", "identity")),
    IdentityError,
    "identity cannot be used",
  );
});
