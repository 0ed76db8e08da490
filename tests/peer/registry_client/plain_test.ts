import { assertEquals, assertRejects } from "@std/assert";
import { formatAddress } from "../../../lib/net/mod.ts";
import {
  OtherClientError,
  PeerError,
  RefusedError,
} from "../../../lib/peer/mod.ts";
import { Registry } from "../../../lib/registry/mod.ts";
import { utf8 } from "../../support/bytes.ts";
import { PlainRegistry } from "../../support/plain_registry.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FAST_BACKOFF } from "../../support/timings.ts";
import { unusedAddress } from "../../support/unused_address.ts";

/** A peer that is told that its registry speaks only the plain protocol. */
function peerOf(registry: { address: { host: string; port: number } }) {
  return new TestPeer("alice", registry.address, {
    plain: true,
    registryPlain: true,
    timings: FAST_BACKOFF,
  });
}

const ALICE_OFFERED =
  "BRIDGEACK\r\nclientID: carol\r\nIP: 127.0.0.1\r\nPort: 1\r\n\r\n";

Deno.test("a registry that offers another client than the one asked for is told so, and nobody is dialled", async () => {
  using carol = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let dialled = 0;
  const accepting = (async () => {
    for await (const conn of carol) {
      dialled++;
      conn.close();
    }
  })();
  const { port } = carol.addr;
  await using registry = new PlainRegistry({
    BRIDGE: ALICE_OFFERED.replace("Port: 1", `Port: ${port}`),
  });
  await using alice = peerOf(registry);
  for (
    const ask of [() => alice.peer.chat("bob"), () => alice.peer.bridge("bob")]
  ) {
    await assertRejects(
      ask,
      OtherClientError,
      "this registry cannot look up a client by name: it offered carol",
    );
  }
  // The client that it offered instead is not the one of the last /bridge.
  await assertRejects(() => alice.peer.chat(), PeerError, "no client has been");
  carol.close();
  await accepting;
  assertEquals(dialled, 0);
  assertEquals(
    registry.heard[0],
    "BRIDGE\r\nclientID: alice\r\ntarget: bob\r\n\r\n",
  );
});

Deno.test("the client that a registry offers is taken where none is named, and where it is the one named", async () => {
  await using registry = new PlainRegistry({ BRIDGE: ALICE_OFFERED });
  await using alice = peerOf(registry);
  assertEquals((await alice.peer.bridge())?.clientID, "carol");
  assertEquals((await alice.peer.bridge("carol"))?.clientID, "carol");
});

const LISTED = ["alice 127.0.0.1:43187", "bob 127.0.0.1:46023"];

const LISTINGS: [what: string, reply: string, listed: string[]][] = [
  [
    "in the head",
    "INFOACK\r\nalice 127.0.0.1:43187\r\nbob 127.0.0.1:46023\r\n\r\n",
    LISTED,
  ],
  [
    "in a body with a length",
    "INFOACK\r\nClients: 2\r\nContent-Length: 44\r\n\r\n" +
    "alice 127.0.0.1:43187\r\nbob 127.0.0.1:46023\r\n",
    LISTED,
  ],
  [
    "in a body without a length",
    "INFOACK\r\n\r\nalice 127.0.0.1:43187\r\nbob 127.0.0.1:46023\r\n\r\n",
    LISTED,
  ],
  [
    "in lines that end in LF",
    "INFOACK\nalice 127.0.0.1:43187\nbob 127.0.0.1:46023\n\n",
    LISTED,
  ],
  [
    "before the end of the connection",
    "INFOACK\r\nalice 127.0.0.1:43187\r\nbob 127.0.0.1:46023",
    LISTED,
  ],
  ["that is empty", "INFOACK\r\n\r\n", []],
];

for (const [what, reply, listed] of LISTINGS) {
  Deno.test(`a listing ${what} is read`, async () => {
    await using registry = new PlainRegistry({ INFO: reply });
    await using alice = peerOf(registry);
    const clients = (await alice.peer.info()).map(
      ({ clientID, candidates: [{ address }] }) =>
        `${clientID} ${formatAddress(address)}`,
    );
    assertEquals(clients, listed);
  });
}

Deno.test("a listing that arrives in two parts, split at every byte, is read as it is whole", async () => {
  for (const [, reply, listed] of LISTINGS.slice(0, 3)) {
    for (let at = 1; at < reply.length; at++) {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr;
      const answering = (async () => {
        using conn = await listener.accept();
        await conn.read(new Uint8Array(1024));
        conn.setNoDelay();
        await conn.write(utf8(reply.slice(0, at)));
        await passTime();
        await conn.write(utf8(reply.slice(at)));
      })();
      await using alice = peerOf({ address: { host: "127.0.0.1", port } });
      assertEquals((await alice.peer.info()).length, listed.length);
      await answering;
    }
  }
});

const REGACKS = [
  "REGACK\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: 1\r\n\r\n",
  "REGACK\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: 1\r\nStatus: registered\r\n\r\n",
  "REGACK\r\nStatus: registered\r\n\r\n",
  "REGACK\r\n\r\n",
  "REGACK\r\n",
  "REGACK\n\n",
  "REGACK\r\nclientID:alice\r\nwelcome!\r\n\r\n",
];

for (const reply of REGACKS) {
  Deno.test(`${JSON.stringify(reply)} registers`, async () => {
    await using registry = new PlainRegistry({ REGISTER: reply });
    await using alice = peerOf(registry);
    await alice.peer.register();
    assertEquals(alice.peer.isRegistered, true);
    assertEquals(alice.peer.isRegistryPlain, true);
  });
}

const FAILURES: [what: string, answer: string, message: string][] = [
  ["closes the connection", "close", "closed the connection without an answer"],
  ["ends", "exit", "closed the connection without an answer"],
  ["does not answer", "silence", "does not answer"],
  ["talks", "what?\r\n\r\n", "is not a registry that speaks this protocol"],
  ["refuses", "ERROR\r\nReason: no\r\n\r\n", "the registry refuses: no"],
  [
    "refuses with a code",
    "ERROR\r\nCode: 400\r\nReason: no\r\n\r\n",
    "the registry refuses: no",
  ],
];

for (const [what, answer, message] of FAILURES) {
  Deno.test(`where a registry ${what} at INFO, the error says so, and that it may not know INFO`, async () => {
    await using registry = new PlainRegistry({ INFO: answer });
    await using alice = new TestPeer("alice", registry.address, {
      plain: true,
      registryPlain: true,
      timings: { requestTimeoutMs: 300 },
    });
    await alice.peer.register();
    const error = await assertRejects(
      () => alice.peer.info(),
      PeerError,
      message,
    );
    assertEquals(
      error.message.endsWith("; this registry may not know INFO"),
      true,
    );
  });
}

Deno.test("a registry that has no answer to REGISTER, or cannot be reached, is tried again", async () => {
  const listen = unusedAddress();
  await using alice = peerOf({ address: listen });
  await assertRejects(
    () => alice.peer.register(),
    PeerError,
    "nothing listens",
  );
  assertEquals(alice.peer.isRegistered, false);
  await using registry = new PlainRegistry({}, listen);
  await alice.expect("registryBack");
  assertEquals(alice.peer.isRegistered, true);
  assertEquals(registry.count("HELLO"), 0);
});

Deno.test("a registry that refuses REGISTER is not asked again by itself", async () => {
  const error = "ERROR\r\nCode: 409\r\nReason: taken\r\n\r\n";
  await using registry = new PlainRegistry({ REGISTER: error });
  await using alice = peerOf(registry);
  await assertRejects(() => alice.peer.register(), RefusedError, "taken");
  await new Promise((resolve) => setTimeout(resolve, 200));
  assertEquals(registry.count("REGISTER"), 1);
});

Deno.test("a registration in plain is renewed, also after the registry was away", async () => {
  const listen = unusedAddress();
  const timings = { ...FAST_BACKOFF, plainRenewalIntervalMs: 20 };
  await using alice = new TestPeer("alice", listen, {
    plain: true,
    registryPlain: true,
    timings,
  });
  {
    await using registry = new PlainRegistry({}, listen);
    await alice.peer.register();
    while (registry.count("REGISTER") < 3) await passTime();
  }
  await using again = new PlainRegistry({}, listen);
  while (again.count("REGISTER") < 2) await passTime();
  assertEquals(alice.peer.isRegistered, true);
});

Deno.test("nothing but what is asked for is sent to a registry in plain", async () => {
  await using registry = new PlainRegistry();
  {
    await using alice = peerOf(registry);
    await alice.peer.register();
    alice.peer.knownNames();
    await alice.peer.recipient("bob");
  }
  assertEquals(registry.heard.map((text) => /^\w+/.exec(text)?.[0]), [
    "REGISTER",
  ]);
});

Deno.test("a client that is told that its registry is plain works with this project's own, too", async () => {
  const listen = { host: "127.0.0.1", port: 0 };
  await using registry = Registry.listen({ listen, plain: true });
  await using alice = peerOf(registry);
  await using bob = new TestPeer("bob", registry.address, {
    plain: true,
    registryPlain: true,
  });
  await alice.peer.register();
  await bob.peer.register();
  assertEquals((await alice.peer.chat("bob")).protection, "unencrypted");
  await alice.connected();
  await alice.peer.send("bob", "hello");
  assertEquals(await bob.connected(), "~alice");
  assertEquals(await bob.message(), "hello");
  await assertRejects(
    () => alice.peer.chat("carol"),
    PeerError,
    "not registered",
  );
});

function passTime(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
