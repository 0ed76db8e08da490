import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  openEmbeddedStore,
  type Registry,
  REGISTRY_RATES,
} from "../../../lib/registry/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { startRegistry } from "../../support/test_registry.ts";

/** Clients may ask as often as they like. */
const RATES = {
  ...REGISTRY_RATES,
  requests: { perSecond: 10_000, burst: 10_000 },
};

type Address = Pick<Registry, "address">;

/** A client that has registered, under an ID of its own. */
async function online(
  { address }: Address,
  clientID: string,
  identity = Identity.generate(),
): Promise<SecureSocket> {
  const client = await SecureSocket.connect(address, identity);
  await client.ask("REGISTER", [["clientID", clientID], ["Port", "1"]]);
  return client;
}

/** Leaves letters for bob until one is refused: how many, and the refusal. */
async function fill(client: SecureSocket, bob: Identity, sealed: string) {
  const key = bob.publicKey.toBase64();
  for (let letters = 0;; letters++) {
    const headers = [["target", "bob"], ["Key", key]] as const;
    const reply = await client.ask("DEPOSIT", headers, sealed);
    if (reply.method === "DEPOSITACK") continue;
    assertEquals(reply.get("Code"), "507");
    return { letters, reason: reply.get("Reason") ?? "" };
  }
}

/** The letters that wait for bob. */
async function collect(registry: Address, bob: Identity): Promise<string> {
  using client = await SecureSocket.connect(registry.address, bob);
  let letters = "";
  for (let after = "0";;) {
    const page = await client.ask("COLLECT", [["After", after]]);
    const numbers = page.get("Numbers");
    if (numbers === undefined) return letters;
    letters += page.text();
    after = numbers.split(",").at(-1) ?? "";
  }
}

Deno.test("a key that fills a mailbox leaves room for other keys, and none of their letters is removed", async () => {
  await using registry = startRegistry({ rates: RATES });
  const bob = Identity.generate();
  using _bob = await online(registry, "bob", bob);
  using eve = await online(registry, "eve");
  const spam = await fill(eve, bob, "s");
  assertEquals(spam.letters, 750);
  assertMatch(spam.reason, /^your letters take all the room that one sender/);
  using alice = await online(registry, "alice");
  assertEquals((await fill(alice, bob, "a")).letters, 125);
  using carol = await online(registry, "carol");
  assertEquals((await fill(carol, bob, "c")).letters, 63);
  assertEquals((await fill(eve, bob, "s")).letters, 0);
  const letters = await collect(registry, bob);
  assertEquals(letters, "s".repeat(750) + "a".repeat(125) + "c".repeat(63));
});

Deno.test("beside another key's letter a key has at most a quarter of a mailbox", async () => {
  await using registry = startRegistry({ rates: RATES });
  const bob = Identity.generate();
  using _bob = await online(registry, "bob", bob);
  using alice = await online(registry, "alice");
  const headers = [["target", "bob"], [
    "Key",
    bob.publicKey.toBase64(),
  ]] as const;
  await alice.ask("DEPOSIT", headers, "a");
  using eve = await online(registry, "eve");
  assertEquals((await fill(eve, bob, "s")).letters, 250);
  // It is the key that counts, not the client ID that it has registered.
  await eve.ask("REGISTER", [["clientID", "eve2"], ["Port", "1"]]);
  assertEquals((await fill(eve, bob, "s")).letters, 0);
});

Deno.test("a registry whose letters take all that they may refuses more with 507, and says so", async () => {
  const maxMailBytes = 2000;
  using store = openEmbeddedStore(":memory:", { maxMailBytes });
  await using registry = startRegistry({ store });
  const bob = Identity.generate();
  using _bob = await online(registry, "bob", bob);
  using alice = await online(registry, "alice");
  const { letters, reason } = await fill(alice, bob, "hello");
  assertEquals(letters, 3);
  assertEquals(
    reason,
    "this registry has no room for more letters: try again later",
  );
  assert((await collect(registry, bob)).startsWith("hello"));
});

Deno.test("a DEPOSIT for a key that is not the owner's, or for an ID that no key has claimed, stores nothing", async () => {
  using store = openEmbeddedStore(":memory:");
  await using registry = startRegistry({ store });
  const bob = Identity.generate();
  const other = Identity.generate();
  using _bob = await online(registry, "bob", bob);
  using alice = await online(registry, "alice");
  for (
    const [target, key, code] of [
      ["bob", other, "409"],
      ["BOB", other, "409"],
      ["nobody", bob, "404"],
    ] as const
  ) {
    const to = [["target", target], ["Key", key.publicKey.toBase64()]] as const;
    const reply = await alice.ask("DEPOSIT", to, "letter");
    assertEquals(reply.get("Code"), code);
  }
  assertEquals(store.mailbox.storedBytes, 0);
});

Deno.test("a client neither collects nor removes the letters of another, whichever numbers it names", async () => {
  await using registry = startRegistry({ rates: RATES });
  const bob = Identity.generate();
  const mallory = Identity.generate();
  using _bob = await online(registry, "bob", bob);
  using alice = await online(registry, "alice");
  const key = bob.publicKey.toBase64();
  for (let n = 0; n < 3; n++) {
    const to = [["target", "bob"], ["Key", key]] as const;
    const reply = await alice.ask("DEPOSIT", to, "letter");
    assertEquals(reply.method, "DEPOSITACK");
  }
  using thief = await online(registry, "mallory", mallory);
  const done = Array.from({ length: 100 }, (_, n) => n + 1).join(",");
  const reply = await thief.ask("COLLECT", [["Done", done]]);
  assertEquals([reply.method, reply.text()], ["COLLECTACK", ""]);
  assertEquals(await collect(registry, bob), "letterletterletter");
});
