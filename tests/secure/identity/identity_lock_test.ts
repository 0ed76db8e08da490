import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  IdentityInUseError,
  loadIdentity,
  lockIdentity,
} from "../../../lib/secure/mod.ts";
import { Folder } from "../../support/folder.ts";
import { Holder } from "../../support/holder.ts";

Deno.test("an identity can be used once at a time, and again after that", async () => {
  await using folder = await Folder.make();
  const path = folder.path("identity");
  await loadIdentity(path);
  for (let i = 0; i < 3; i++) {
    using lock = lockIdentity(path);
    assertEquals(lock.path, `${path}.lock`);
    const error = assertThrows(() => lockIdentity(path), IdentityInUseError);
    assertMatch(error.message, /identity is in use by another client/);
  }
});

Deno.test("two identities in one folder do not stand in each other's way", async () => {
  await using folder = await Folder.make();
  using _one = lockIdentity(folder.path("alice"));
  using _two = lockIdentity(folder.path("bob"));
});

Deno.test("the lock's file is nobody else's to read", async () => {
  await using folder = await Folder.make();
  using lock = lockIdentity(folder.path("identity"));
  const { mode } = await Deno.stat(lock.path);
  assertEquals((mode ?? 0) & 0o777, 0o600);
});

Deno.test("another process is told that an identity is in use, until the first is killed", async () => {
  await using folder = await Folder.make();
  const path = folder.path("identity");
  await using first = new Holder(path);
  const { publicKey, held } = await first.says();
  assertEquals(held, true);
  assertThrows(() => lockIdentity(path), IdentityInUseError);
  {
    await using second = new Holder(path);
    assertEquals(await second.says(), { publicKey, held: false });
  }
  await first.kill();
  lockIdentity(path)[Symbol.dispose]();
});
