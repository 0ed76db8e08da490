import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Address } from "../../../lib/net/mod.ts";
import {
  encodeMessage,
  type Header,
  Message,
  MessageReader,
} from "../../../lib/framing/mod.ts";
import {
  openEmbeddedStore,
  REGISTRY_RATES,
  REGISTRY_TIMINGS,
} from "../../../lib/registry/mod.ts";
import { RegistryService } from "../../../lib/registry/service.ts";
import { answerSecure } from "../../../lib/registry/methods/mod.ts";
import { fingerprint, Identity } from "../../../lib/secure/mod.ts";
import { PlainSocket } from "../../support/plain_socket.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { at } from "../../support/at.ts";
import { startRegistry } from "../../support/test_registry.ts";

const DAY = 24 * 60 * 60;

/** A client that has registered, on a link of its own. */
async function online(
  { address }: { readonly address: Address },
  clientID: string,
  { identity = Identity.generate(), port = 5556, plain = false } = {},
): Promise<SecureSocket> {
  const client = await SecureSocket.connect(address, identity);
  const reply = await register(client, clientID, port, plain);
  assertEquals(reply.method, "REGACK", Deno.inspect(reply));
  return client;
}

function register(
  client: SecureSocket,
  clientID: string,
  port = 5556,
  plain = false,
): Promise<Message> {
  return client.ask("REGISTER", [
    ["clientID", clientID],
    ["Port", String(port)],
    ...(plain ? [["Plain", "yes"] as const] : []),
  ]);
}

/** Registers in plain, as existing programs do. */
async function registerInPlain(
  client: PlainSocket,
  clientID: string,
  port = 1,
): Promise<string> {
  await client.send(
    `REGISTER\r\nclientID: ${clientID}\r\nIP: x\r\nPort: ${port}\r\n\r\n`,
  );
  return await client.until("\r\n\r\n");
}

/** What a reply says, without its `Seq`. */
function said({ method, headers }: Message): unknown[] {
  return [method, ...headers.filter(([name]) => name !== "Seq")];
}

/** A message as it is read from its bytes. */
function parsed(bytes: Uint8Array): Message {
  const reader = new MessageReader();
  reader.push(bytes);
  const message = reader.next();
  assert(message !== undefined, "it is not whole");
  return message;
}

/** The code of a reply that must be an ERROR. */
function code(reply: Message): number {
  assertEquals(reply.method, "ERROR", Deno.inspect(reply));
  return Number(reply.get("Code"));
}

/** The client IDs in an INFOACK, and where it says that the next one goes on. */
function page(reply: Message): {
  clientIDs: string[];
  after: string | undefined;
} {
  assertEquals(reply.method, "INFOACK", Deno.inspect(reply));
  const lines = reply.text().split("\r\n").slice(0, -1);
  assertEquals(reply.get("Clients"), String(lines.length));
  return {
    clientIDs: lines.map((line) => at(line.split(" "), 0)),
    after: reply.get("After"),
  };
}

/** All pages of a listing, one behind the other. */
async function pages(
  client: SecureSocket,
  headers: readonly Header[] = [],
): Promise<{ clientIDs: string[]; count: number }> {
  const clientIDs: string[] = [];
  for (let count = 1, after: Header[] = [];; count++) {
    const next = page(await client.ask("INFO", [...headers, ...after]));
    clientIDs.push(...next.clientIDs);
    if (next.after === undefined) return { clientIDs, count };
    after = [["After", next.after]];
  }
}

Deno.test("REGISTER is answered with the ID and the address that others are given", async () => {
  await using registry = startRegistry();
  using alice = await SecureSocket.connect(registry.address);
  assertEquals(said(await register(alice, "alice", 4000)), [
    "REGACK",
    ["clientID", "alice"],
    ["Address", "127.0.0.1:4000"],
  ]);
});

Deno.test("every reply repeats the Seq of its request, errors and PONG too", async () => {
  await using registry = startRegistry();
  using alice = await SecureSocket.connect(registry.address);
  const requests = [
    ["PING", "1"],
    ["SHOUT", "one"],
    ["INFO", "0".repeat(64)],
  ] as const;
  for (const [method, seq] of requests) {
    await alice.send(method, [["Seq", seq]]);
    assertEquals((await alice.receive()).get("Seq"), seq);
  }
});

Deno.test("requests that are sent at once are answered in their order", async () => {
  await using registry = startRegistry();
  using alice = await online(registry, "alice");
  await alice.sendBytes("PING\r\nSeq: a\r\n\r\nINFO\r\nSeq: b\r\n\r\nPI");
  await alice.sendBytes("NG\r\nSeq: c\r\n\r\n");
  const replies = [
    await alice.receive(),
    await alice.receive(),
    await alice.receive(),
  ];
  assertEquals(replies.map((reply) => [reply.method, reply.get("Seq")]), [
    ["PONG", "a"],
    ["INFOACK", "b"],
    ["PONG", "c"],
  ]);
});

Deno.test("only registered clients may list, bridge, look up and leave letters", async () => {
  await using registry = startRegistry();
  const identity = Identity.generate();
  using alice = await online(registry, "alice", { identity });
  using unregistered = await SecureSocket.connect(registry.address);
  const target: Header[] = [["target", "alice"]];
  for (const method of ["INFO", "BRIDGE", "LOOKUP"]) {
    assertEquals(code(await unregistered.ask(method, target)), 403);
  }
  const key = identity.publicKey.toBase64();
  const deposit = await unregistered.ask(
    "DEPOSIT",
    [...target, ["Key", key]],
    "x".repeat(200),
  );
  assertEquals(code(deposit), 403);
  await alice.ask("UNREGISTER");
  assertEquals(code(await alice.ask("INFO")), 403);
});

const MALFORMED: [what: string, method: string, headers: Header[]][] = [
  ["an unknown method", "SHOUT", []],
  ["a reply", "REGACK", []],
  ["a second HELLO", "HELLO", [["Version", "1"]]],
  ["REGISTER without a clientID", "REGISTER", [["Port", "1"]]],
  ["REGISTER without a Port", "REGISTER", [["clientID", "a"]]],
  ["port 0", "REGISTER", [["clientID", "a"], ["Port", "0"]]],
  ["port 65536", "REGISTER", [["clientID", "a"], ["Port", "65536"]]],
  ["a bad clientID", "REGISTER", [["clientID", "a b"], ["Port", "1"]]],
  ["a bad target", "BRIDGE", [["target", "!"]]],
  ["an empty target", "BRIDGE", [["target", ""]]],
  ["LOOKUP without a target", "LOOKUP", []],
  ["DEPOSIT without a Key", "DEPOSIT", [["target", "alice"]]],
  ["DEPOSIT with a bad Key", "DEPOSIT", [["target", "alice"], ["Key", "a"]]],
  ["a Limit of 0", "INFO", [["Limit", "0"]]],
  ["a Limit that is no number", "INFO", [["Limit", "-1"]]],
  ["an After where no page ended", "INFO", [["After", "alice"]]],
];

for (const [what, method, headers] of MALFORMED) {
  Deno.test(`${what} is refused with 400 and the link goes on`, async () => {
    await using registry = startRegistry();
    using alice = await online(registry, "alice");
    const body = method === "DEPOSIT" ? "a letter" : undefined;
    assertEquals(code(await alice.ask(method, headers, body)), 400);
    assertEquals((await alice.ask("PING")).method, "PONG");
  });
}

Deno.test("BRIDGE is answered with the other client, where it is, and its key", async () => {
  await using registry = startRegistry();
  const identity = Identity.generate();
  using alice = await online(registry, "alice");
  using _bob = await online(registry, "bob", { identity, port: 5557 });
  const bob = [
    "BRIDGEACK",
    ["clientID", "bob"],
    ["Candidates", "127.0.0.1:5557"],
    ["Key", identity.publicKey.toBase64()],
  ];
  assertEquals(said(await alice.ask("BRIDGE", [["target", "bob"]])), bob);
  assertEquals(said(await alice.ask("BRIDGE")), bob);
});

Deno.test("the target of a BRIDGE receives no message, and is not made to dial", async () => {
  await using registry = startRegistry();
  using alice = await online(registry, "alice");
  using bob = await online(registry, "bob");
  for (let n = 0; n < 3; n++) await alice.ask("BRIDGE", [["target", "bob"]]);
  assertEquals((await bob.ask("PING")).method, "PONG");
});

Deno.test("BRIDGE without a target offers each other client in turn", async () => {
  await using registry = startRegistry();
  using alice = await online(registry, "alice");
  using _bob = await online(registry, "bob");
  using _carol = await online(registry, "carol");
  const offered = [];
  for (let n = 0; n < 4; n++) {
    offered.push((await alice.ask("BRIDGE")).get("clientID"));
  }
  assertEquals(offered, ["bob", "carol", "bob", "carol"]);
});

Deno.test("a BRIDGE that finds no other client, and a LOOKUP of an unknown ID, are answered with 404", async () => {
  await using registry = startRegistry();
  using alice = await online(registry, "alice");
  assertEquals(code(await alice.ask("BRIDGE")), 404);
  assertEquals(code(await alice.ask("BRIDGE", [["target", "bob"]])), 404);
  assertEquals(code(await alice.ask("BRIDGE", [["target", "alice"]])), 404);
  assertEquals(code(await alice.ask("LOOKUP", [["target", "bob"]])), 404);
});

Deno.test("a client that only speaks plain is bridged and listed without a key", async () => {
  await using registry = startRegistry();
  using bob = await PlainSocket.connect(registry.address);
  await registerInPlain(bob, "bob");
  using alice = await online(registry, "alice");
  const bridged = await alice.ask("BRIDGE", [["target", "bob"]]);
  assertEquals([bridged.method, bridged.get("Key")], ["BRIDGEACK", undefined]);
  assertMatch((await alice.ask("INFO")).text(), /^bob 127\.0\.0\.1:1 -\r\n/);
  assertEquals(said(await alice.ask("LOOKUP", [["target", "bob"]])), [
    "LOOKUPACK",
    ["clientID", "bob"],
    ["Online", "yes"],
  ]);
});

Deno.test("LOOKUP tells the key of a client, whether or not it is online", async () => {
  await using registry = startRegistry();
  const identity = Identity.generate();
  using alice = await online(registry, "alice");
  using bob = await online(registry, "bob", { identity });
  const known = (online: string) => [
    "LOOKUPACK",
    ["clientID", "bob"],
    ["Online", online],
    ["Key", identity.publicKey.toBase64()],
  ];
  const lookUp = async () =>
    said(await alice.ask("LOOKUP", [["target", "bob"]]));
  assertEquals(await lookUp(), known("yes"));
  await bob.ask("UNREGISTER");
  assertEquals(await lookUp(), known("no"));
});

Deno.test("INFO lists every client once, page by page", async () => {
  await using registry = startRegistry();
  using plain = await PlainSocket.connect(registry.address);
  const clientIDs = Array.from({ length: 1000 }, (_, n) => `client-${n}`);
  for (const clientID of clientIDs) await registerInPlain(plain, clientID);
  using alice = await online(registry, "alice");
  const all = [...clientIDs, "alice"];
  assertEquals(await pages(alice), { clientIDs: all, count: 3 });
  assertEquals(
    (await pages(alice, [["Limit", "1"], ["Prefix", "client-99"]])).clientIDs,
    all.filter((clientID) => clientID.startsWith("client-99")),
  );
  assertEquals(await pages(alice, [["Limit", "2000"]]), {
    clientIDs: all,
    count: 3,
  });
  assertEquals((await pages(alice, [["Prefix", "nobody"]])).clientIDs, []);
});

Deno.test("a page of INFO fits into a body with the longest client IDs", async () => {
  using store = openEmbeddedStore(":memory:");
  const service = new RegistryService({
    identity: Identity.generate(),
    plain: false,
    store,
    allowed: undefined,
    rates: REGISTRY_RATES,
    timings: REGISTRY_TIMINGS,
    clock: () => 0,
    log: () => {},
  });
  const key = Identity.generate().publicKey.toBase64();
  const ref = { id: "1", key };
  const host = "2001:0db8:1111:2222:3333:4444:5555:6666";
  const place = { host, port: 65535, plain: false };
  for (let n = 1000; n < 1400; n++) {
    store.directory.leaseToSession(`${"x".repeat(60)}${n}`, ref, place, 0);
  }
  const session = {
    ref,
    host,
    origin: [],
    clientID: "alice",
    listing: undefined,
    mailNotified: false,
  };
  const reply = await answerSecure(service, session, new Message("INFO"));
  assert(reply.body.length > 60_000, "they are not that long");
  assertEquals(page(parsed(encodeMessage(reply))).clientIDs.length, 384);
});

Deno.test("an After that does not go on where the last page ended is refused", async () => {
  await using registry = startRegistry();
  using plain = await PlainSocket.connect(registry.address);
  for (const name of ["a1", "a2", "a3"]) await registerInPlain(plain, name);
  using alice = await online(registry, "alice");
  const limit: Header = ["Limit", "1"];
  for (
    const wrong of [
      [["After", "a2"]],
      [["After", "a1"], ["Prefix", "a"]],
      [["After", ""]],
    ] satisfies Header[][]
  ) {
    assertEquals(page(await alice.ask("INFO", [limit])).after, "a1");
    assertEquals(code(await alice.ask("INFO", [limit, ...wrong])), 400);
  }
  // Another link has listings of its own.
  using bob = await online(registry, "bob");
  await alice.ask("INFO", [limit]);
  assertEquals(code(await bob.ask("INFO", [["After", "a1"]])), 400);
  const { clientIDs } = page(await alice.ask("INFO", [["After", "a1"]]));
  assertEquals(clientIDs, ["a2", "a3", "alice", "bob"]);
});

Deno.test("a listing continues correctly while clients register and leave", async () => {
  await using registry = startRegistry();
  using a = await online(registry, "a");
  using b = await online(registry, "b");
  using _c = await online(registry, "c");
  const first = page(await a.ask("INFO", [["Limit", "2"]]));
  assertEquals(first, { clientIDs: ["a", "b"], after: "b" });
  await b.ask("UNREGISTER");
  using _d = await online(registry, "d");
  assertEquals(page(await a.ask("INFO", [["After", "b"]])), {
    clientIDs: ["c", "d"],
    after: undefined,
  });
});

Deno.test("a client that asks in plain is told only of clients that speak it", async () => {
  await using registry = startRegistry();
  using _alice = await online(registry, "alice");
  using _bob = await online(registry, "bob", { plain: true, port: 5557 });
  using plain = await PlainSocket.connect(registry.address);
  await plain.send("INFO\r\n\r\n");
  assertEquals(
    await plain.until("5557\r\n"),
    "INFOACK\r\nClients: 1\r\nContent-Length: 20\r\n\r\nbob 127.0.0.1:5557\r\n",
  );
  for (const target of ["alice", "bob"]) {
    await plain.send(`BRIDGE\r\nclientID: c\r\ntarget: ${target}\r\n\r\n`);
    const named = target === "bob" ? "bob" : "";
    assert(
      (await plain.until("\r\n\r\n")).includes(`clientID: ${named}\r\n`),
    );
  }
});

Deno.test("an ID belongs to the first key that registers it, another gets 403 in a sentence", async () => {
  await using registry = startRegistry();
  const identity = Identity.generate();
  {
    using alice = await online(registry, "alice", { identity });
    using mallory = await SecureSocket.connect(registry.address);
    const refusal = await register(mallory, "alice");
    assertEquals(code(refusal), 403);
    assertMatch(
      refusal.get("Reason") ?? "",
      /^alice belongs to another key: choose another client ID/,
    );
    await alice.ask("UNREGISTER");
    assertEquals(code(await register(mallory, "alice")), 403);
    assertEquals(code(await register(mallory, "Alice")), 403);
  }
  using _alice = await online(registry, "alice", { identity });
});

Deno.test("an ID with a key cannot be registered in plain, online or not", async () => {
  await using registry = startRegistry();
  using alice = await online(registry, "alice", { plain: true });
  using plain = await PlainSocket.connect(registry.address);
  assertMatch(await registerInPlain(plain, "alice"), /^ERROR\r\nCode: 403\r\n/);
  await alice.ask("UNREGISTER");
  assertMatch(await registerInPlain(plain, "alice"), /^ERROR\r\nCode: 403\r\n/);
});

Deno.test("a client that registered in plain goes on under a key from the same host", async () => {
  await using registry = startRegistry();
  using plain = await PlainSocket.connect(registry.address);
  await registerInPlain(plain, "alice");
  using _alice = await online(registry, "alice");
  assertMatch(await registerInPlain(plain, "alice"), /^ERROR\r\nCode: 403\r\n/);
});

Deno.test("an ID that is in use in plain cannot be claimed from another host", async () => {
  using store = openEmbeddedStore(":memory:");
  await using registry = startRegistry({
    listen: { host: "::", port: 0 },
    store,
  });
  const { port } = registry.address;
  using bob = await PlainSocket.connect({ host: "127.0.0.1", port });
  await registerInPlain(bob, "bob");
  using mallory = await SecureSocket.connect({ host: "::1", port });
  const refusal = await register(mallory, "bob");
  assertEquals(code(refusal), 409);
  assertMatch(refusal.get("Reason") ?? "", /^bob is in use by a client/);
  assertEquals(store.claims.find("bob", 0)?.key, undefined);
});

Deno.test("a key that claims too many IDs is told to wait, and keeps those that it has", async () => {
  const claims = { perSecond: 0.001, burst: 2 };
  await using registry = startRegistry({
    rates: { ...REGISTRY_RATES, claims },
  });
  using mallory = await SecureSocket.connect(registry.address);
  for (const name of ["a", "b", "a", "b"]) {
    assertEquals((await register(mallory, name)).method, "REGACK");
  }
  const refusal = await register(mallory, "c");
  assertEquals([code(refusal), refusal.get("Wait")], [429, "1000"]);
  assertEquals((await register(mallory, "a")).method, "REGACK");
  using _carol = await online(registry, "c");
});

Deno.test("an ID that was not used for 90 days can be claimed by any key", async () => {
  using store = openEmbeddedStore(":memory:");
  const old = Identity.generate();
  const then = -90 * DAY;
  store.claims.claim("alice", old.publicKey.toBase64(), then);
  store.claims.claim("bob", old.publicKey.toBase64(), then + DAY);
  await using registry = startRegistry({ store });
  using client = await SecureSocket.connect(registry.address);
  assertEquals(code(await register(client, "bob")), 403);
  assertEquals((await register(client, "alice")).method, "REGACK");
  using late = await SecureSocket.connect(registry.address, old);
  assertEquals(code(await register(late, "alice")), 403);
});

Deno.test("UNREGISTER ends a registration at once, the end of a session after the grace period", async () => {
  await using registry = startRegistry();
  using alice = await online(registry, "alice");
  const bridge = async () =>
    (await alice.ask("BRIDGE", [["target", "bob"]])).method;
  const identity = Identity.generate();
  {
    using bob = await online(registry, "bob", { identity });
    assertEquals(said(await bob.ask("UNREGISTER")), ["UNREGACK"]);
    assertEquals(await bridge(), "ERROR");
    await register(bob, "bob");
  }
  assertEquals(await bridge(), "BRIDGEACK");
});

Deno.test("another ID on the same link takes the place of the first", async () => {
  await using registry = startRegistry();
  using alice = await online(registry, "alice");
  using bob = await online(registry, "bob");
  await register(bob, "robert");
  const { clientIDs } = await pages(alice);
  assertEquals(clientIDs, ["alice", "robert"]);
});

Deno.test("registering again on a link moves the port", async () => {
  await using registry = startRegistry();
  using alice = await online(registry, "alice");
  using bob = await online(registry, "bob");
  await register(bob, "bob", 6000);
  const bridged = await alice.ask("BRIDGE", [["target", "bob"]]);
  assertEquals(bridged.get("Candidates"), "127.0.0.1:6000");
});

Deno.test("a client that registers again under its key takes its ID over, and the old session gets 409", async () => {
  await using registry = startRegistry();
  const identity = Identity.generate();
  using first = await online(registry, "bob", { identity, port: 1 });
  using _second = await online(registry, "bob", { identity, port: 2 });
  const rest = await first.rest();
  const finalError = at(rest, 0);
  assertEquals([finalError.get("Seq"), rest.slice(1)], [undefined, []]);
  assertEquals(said(finalError), [
    "ERROR",
    ["Code", "409"],
    ["Reason", "you have registered on another connection"],
  ]);
  using alice = await online(registry, "alice");
  const bridged = await alice.ask("BRIDGE", [["target", "bob"]]);
  assertEquals(bridged.get("Candidates"), "127.0.0.1:2");
});

Deno.test("only keys on the allow list may register, and the sessions of keys removed from it get 403", async () => {
  const [a, b] = [Identity.generate(), Identity.generate()];
  const allowed = new Set([a, b].map((key) => fingerprint(key.publicKey)));
  await using registry = startRegistry({ allowed });
  using alice = await online(registry, "alice", { identity: a });
  using bob = await online(registry, "bob", { identity: b });
  const mallory = Identity.generate();
  const print = fingerprint(mallory.publicKey);
  using unlisted = await SecureSocket.connect(registry.address, mallory);
  const refusal = await register(unlisted, "mallory");
  assertEquals(code(refusal), 403);
  assert(
    refusal.get("Reason")?.endsWith(
      `your fingerprint, ${print}, then run /register`,
    ),
  );
  using plain = await PlainSocket.connect(registry.address);
  assertMatch(await registerInPlain(plain, "carol"), /^ERROR\r\nCode: 403\r\n/);

  registry.allow(new Set([fingerprint(a.publicKey), print]));
  assertEquals((await bob.rest()).map(code), [403]);
  const bridged = await alice.ask("BRIDGE", [["target", "bob"]]);
  assertEquals(code(bridged), 404);
  assertEquals((await register(unlisted, "mallory")).method, "REGACK");
});

Deno.test("a registry that closes sends a final ERROR to each online client", async () => {
  const registry = startRegistry();
  using alice = await online(registry, "alice");
  const told = alice.rest();
  await registry.close();
  assertEquals((await told).map(code), [503]);
});
