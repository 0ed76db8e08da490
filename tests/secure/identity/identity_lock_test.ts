import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  IdentityInUseError,
  loadIdentity,
  lockIdentity,
} from "../../../lib/secure/mod.ts";
import { TempFolder } from "../../support/temp_folder.ts";
import { LockProcess } from "./lock_process.ts";

Deno.test("an identity can be used once at a time, and again after that", async () => {
  using folder = new TempFolder();
  const path = folder.join("identity");
  await loadIdentity(path);
  for (let i = 0; i < 3; i++) {
    using lock = lockIdentity(path);
    assertEquals(lock.path, `${path}.lock`);
    const error = assertThrows(() => lockIdentity(path), IdentityInUseError);
    assertMatch(error.message, /identity is in use by another process$/);
  }
});

Deno.test("two identities in one folder do not stand in each other's way", () => {
  using folder = new TempFolder();
  using _one = lockIdentity(folder.join("alice"));
  using _two = lockIdentity(folder.join("bob"));
});

Deno.test("only its owner may read the lock's file", async () => {
  using folder = new TempFolder();
  using lock = lockIdentity(folder.join("identity"));
  const { mode } = await Deno.stat(lock.path);
  assertEquals((mode ?? 0) & 0o777, 0o600);
});

Deno.test("another process cannot use an identity that is in use, until the first is killed", async () => {
  using folder = new TempFolder();
  const path = folder.join("identity");
  await using first = new LockProcess(path);
  const { publicKey, held } = await first.report();
  assertEquals(held, true);
  assertThrows(() => lockIdentity(path), IdentityInUseError);
  {
    await using second = new LockProcess(path);
    assertEquals(await second.report(), { publicKey, held: false });
  }
  await first.kill();
  lockIdentity(path)[Symbol.dispose]();
});
