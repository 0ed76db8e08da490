import { assertEquals } from "@std/assert";
import type { Message } from "../../../lib/framing/mod.ts";
import type { Registry } from "../../../lib/registry/mod.ts";
import {
  fingerprint,
  Identity,
  sealRotation,
} from "../../../lib/secure/mod.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { startRegistry } from "../../support/test_registry.ts";

const keyOf = (identity: Identity) => identity.publicKey.toBase64();

/** A client that has connected to a registry. */
async function connect(
  { address }: Pick<Registry, "address">,
  identity = Identity.generate(),
): Promise<SecureSocket> {
  return await SecureSocket.connect(address, identity);
}

/** The answer to a REGISTER of bob, with the statements given. */
async function register(
  client: SecureSocket,
  { clientID = "bob", statements = [] }: {
    clientID?: string;
    statements?: readonly Uint8Array[];
  } = {},
): Promise<Message> {
  const rotation = statements.map((statement) => statement.toBase64());
  return await client.ask("REGISTER", [
    ["clientID", clientID],
    ["Port", "5556"],
    ...(rotation.length > 0
      ? [["Rotation", rotation.join(", ")] as const]
      : []),
  ]);
}

/** A statement to the registry that a client is connected to. */
function statement(
  { remoteKey }: Pick<SecureSocket, "remoteKey">,
  old: Identity,
  next: Identity,
  clientID = "bob",
): Uint8Array {
  const newKey = keyOf(next);
  const registryKey = Uint8Array.fromBase64(remoteKey);
  return sealRotation(registryKey, old, { clientID, newKey });
}

/** The key that the registry names for bob, and whether bob is online. */
async function lookUpBob(registry: Registry) {
  using client = await connect(registry);
  await register(client, { clientID: "alice" });
  const reply = await client.ask("LOOKUP", [["target", "bob"]]);
  return [reply.get("Key"), reply.get("Online")];
}

Deno.test("REGISTER with a statement of the owner moves a claim to the new key, and ends the registration of the old one", async () => {
  await using registry = startRegistry();
  const [old, next] = [Identity.generate(), Identity.generate()];
  using before = await connect(registry, old);
  assertEquals((await register(before)).method, "REGACK");
  using after = await connect(registry, next);
  const statements = [statement(after, old, next)];
  assertEquals((await register(after, { statements })).method, "REGACK");
  assertEquals((await before.receive()).get("Code"), "409");
  assertEquals(await lookUpBob(registry), [keyOf(next), "yes"]);
  using back = await connect(registry, old);
  assertEquals((await register(back)).get("Code"), "403");
});

Deno.test("statements lead from the owner to the key of the connection over others between them", async () => {
  await using registry = startRegistry();
  const [k1, k2, k3] = [1, 2, 3].map((n) =>
    Identity.fromPrivateKey(new Uint8Array(32).fill(n))
  );
  if (!k1 || !k2 || !k3) throw new Error("there are three");
  using before = await connect(registry, k1);
  await register(before);
  using after = await connect(registry, k3);
  const statements = [statement(after, k1, k2), statement(after, k2, k3)];
  const missing = await register(after, { statements: statements.slice(1) });
  assertEquals(missing.get("Code"), "403");
  assertEquals((await register(after, { statements })).method, "REGACK");
  assertEquals(await lookUpBob(registry), [keyOf(k3), "yes"]);
});

Deno.test("once a claim has moved, another statement of the old key moves nothing", async () => {
  await using registry = startRegistry();
  const [old, next, other] = [1, 2, 3].map(() => Identity.generate());
  if (!old || !next || !other) throw new Error("there are three");
  {
    using before = await connect(registry, old);
    await register(before);
  }
  using bob = await connect(registry, next);
  await register(bob, { statements: [statement(bob, old, next)] });
  using mallory = await connect(registry, other);
  const statements = [statement(mallory, old, other)];
  assertEquals((await register(mallory, { statements })).get("Code"), "403");
  assertEquals(await lookUpBob(registry), [keyOf(next), "yes"]);
});

Deno.test("statements for another client ID, registry or key, or of another key, move no claim", async () => {
  await using registry = startRegistry();
  const [old, next, other] = [1, 2, 3].map(() => Identity.generate());
  if (!old || !next || !other) throw new Error("there are three");
  using owner = await connect(registry, old);
  await register(owner);
  using client = await connect(registry, next);
  const elsewhere = { remoteKey: keyOf(other) };
  for (
    const wrong of [
      statement(client, old, next, "carol"),
      statement(elsewhere, old, next),
      statement(client, old, other),
      statement(client, next, next),
      statement(client, other, next),
      new Uint8Array(200),
    ]
  ) {
    const reply = await register(client, { statements: [wrong] });
    assertEquals(reply.get("Code"), "403");
  }
  assertEquals(await lookUpBob(registry), [keyOf(old), "yes"]);
});

Deno.test("an allow list must have the new key", async () => {
  const [old, next] = [Identity.generate(), Identity.generate()];
  const alice = Identity.generate();
  const allowed = new Set(
    [old, alice].map(({ publicKey }) => fingerprint(publicKey)),
  );
  await using registry = startRegistry({ allowed });
  using before = await connect(registry, old);
  await register(before);
  using after = await connect(registry, next);
  const statements = [statement(after, old, next)];
  assertEquals((await register(after, { statements })).get("Code"), "403");
  using other = await connect(registry, alice);
  await register(other, { clientID: "alice" });
  const reply = await other.ask("LOOKUP", [["target", "bob"]]);
  assertEquals(reply.get("Key"), keyOf(old));
});

Deno.test("letters for the old key stay until it collects them without a REGISTER, and no others come", async () => {
  await using registry = startRegistry();
  const [old, next] = [Identity.generate(), Identity.generate()];
  using before = await connect(registry, old);
  await register(before);
  using alice = await connect(registry);
  await register(alice, { clientID: "alice" });
  const deposit = (key: Identity) =>
    alice.ask("DEPOSIT", [["target", "bob"], ["Key", keyOf(key)]], "sealed");
  assertEquals((await deposit(old)).method, "DEPOSITACK");
  using after = await connect(registry, next);
  await register(after, { statements: [statement(after, old, next)] });
  assertEquals((await deposit(old)).get("Code"), "409");
  assertEquals((await deposit(next)).method, "DEPOSITACK");
  using mailbox = await connect(registry, old);
  assertEquals((await mailbox.ask("COLLECT")).text(), "sealed");
});

Deno.test("a key that registers with statements in vain again and again is told to wait", async () => {
  await using registry = startRegistry();
  const [owner, mallory] = [Identity.generate(), Identity.generate()];
  using bob = await connect(registry, owner);
  await register(bob);
  using client = await connect(registry, mallory);
  const statements = [statement(client, mallory, mallory)];
  const codes: (string | undefined)[] = [];
  for (let n = 0; n < 11; n++) {
    codes.push((await register(client, { statements })).get("Code"));
  }
  assertEquals(codes, [...Array(10).fill("403"), "429"]);
});
