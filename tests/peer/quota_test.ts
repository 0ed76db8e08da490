import { assert, assertEquals, assertThrows } from "@std/assert";
import { LinkIntake } from "../../lib/peer/conversation/link_intake.ts";
import { DAILY_QUOTAS, PeerError, type Quotas } from "../../lib/peer/mod.ts";
import { GapNotice } from "../../lib/peer/delivery/mod.ts";
import {
  Acceptance,
  FirstContacts,
  SenderQuotas,
} from "../../lib/peer/trust/mod.ts";
import { openStore } from "../../lib/peer/store/mod.ts";
import { KnownKeys } from "../../lib/peer/trust/known_keys.ts";
import { eventually } from "../support/eventually.ts";
import { startNetwork } from "../support/test_network.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Few messages of strangers, and as many as by default of the others. */
const FEW: Quotas = {
  ...DAILY_QUOTAS,
  stranger: { messages: 3, bytes: 1000 },
};

/** Links on which PING comes often: what it brings about comes soon. */
const OFTEN = { linkPingAfterMs: 100 };

Deno.test("with all, what a stranger sends over its quota is not acknowledged, waits at its sender, and comes once there is room", async () => {
  await using network = await startNetwork({
    started: false,
    peers: { timings: OFTEN },
  });
  const { alice } = network;
  await alice.start();
  const carol = await network.startPeer("carol", { quotas: FEW });
  for (let n = 0; n < 6; n++) await alice.peer.send("carol", `number ${n}`);
  assertEquals(await carol.connected(), "alice");
  for (let n = 0; n < 3; n++) {
    assertEquals(await carol.message(), `number ${n}`);
  }
  assertEquals(await carol.next(), {
    type: "overQuota",
    what: "client",
    name: "alice",
    accepted: false,
    ...FEW.stranger,
  });
  await eventually(() => alice.peer.queue.length === 3, () => alice.texts());
  assertEquals(carol.texts(), ["number 0", "number 1", "number 2"]);
  // The link is kept, so that alice does not call again and again.
  await new Promise((resolve) => setTimeout(resolve, 500));
  assertEquals(carol.peer.parties.length, 1);
  assertEquals(carol.texts().length, 3);

  carol.peer.strangers.accept("alice");
  await carol.expect("accepted");
  for (let n = 3; n < 6; n++) {
    assertEquals((await carol.until("message")).text, `number ${n}`);
  }
  await eventually(() => alice.peer.queue.length === 0, () => alice.texts());
  assertEquals(carol.texts().length, 6);
});

Deno.test("with all, letters of a stranger over its quota stay in the mailbox, without a receipt, and nothing of them is lost", async () => {
  await using network = await startNetwork({ started: false });
  const { alice } = network;
  await alice.start();
  const carol = await network.startPeer("carol", { quotas: FEW });
  await carol.stop();
  for (let n = 0; n < 6; n++) {
    await alice.peer.send("carol", `number ${n}`);
    await alice.until("left");
  }
  await alice.stop();
  await carol.start();
  for (let n = 0; n < 3; n++) {
    assertEquals(await carol.message(), `number ${n}`);
  }
  assertEquals((await carol.next()).type, "overQuota");
  await carol.stop();
  // The user accepts alice: her letters are still there.
  carol.store.pins.accept("alice");
  await carol.start();
  for (let n = 3; n < 6; n++) {
    assertEquals(await carol.message(), `number ${n}`);
  }
  await alice.start();
  await eventually(() => alice.peer.queue.length === 0, () => alice.texts());
});

Deno.test("with all, letters of a stranger over its quota come as soon as the stranger is accepted", async () => {
  await using network = await startNetwork({ started: false });
  const { alice } = network;
  await alice.start();
  const carol = await network.startPeer("carol", { quotas: FEW });
  await carol.stop();
  for (let n = 0; n < 6; n++) {
    await alice.peer.send("carol", `number ${n}`);
    await alice.until("left");
  }
  await alice.stop();
  await carol.start();
  await carol.until("overQuota");
  carol.peer.strangers.accept("alice");
  await carol.expect("accepted");
  for (let n = 3; n < 6; n++) {
    assertEquals(await carol.message(), `number ${n}`);
  }
});

Deno.test("with ask, the messages that were held of a stranger are shown whatever the quotas are, and none is lost", async () => {
  await using network = await startNetwork({ started: false });
  const { alice } = network;
  await alice.start();
  const quotas = { ...DAILY_QUOTAS, accepted: { messages: 1, bytes: 100 } };
  const carol = await network.startPeer("carol", { accept: "ask", quotas });
  for (let n = 0; n < 3; n++) await alice.peer.send("carol", `number ${n}`);
  await carol.expect("request");
  const key = alice.identity.publicKey.toBase64();
  const held = () => carol.store.requests.messages(key);
  await eventually(() => held().length === 3, held);
  carol.peer.strangers.accept("alice");
  for (let n = 0; n < 3; n++) {
    assertEquals((await carol.until("message")).text, `number ${n}`);
  }
  await eventually(() => alice.peer.queue.length === 0, () => alice.texts());
});

/** The intake of a link of eve, who is a stranger, and the texts it stored. */
function intake() {
  const store = openStore(":memory:", { now: Date.now() });
  const texts: string[] = [];
  const onEvent = () => {};
  const knownKeys = new KnownKeys(
    store.pins,
    () => Promise.resolve({ status: "unclaimed" }),
  );
  const acceptance = new Acceptance({
    policy: "all",
    contacts: new FirstContacts({ known: [], onEvent: () => {} }),
    ...store,
  });
  const link = new LinkIntake(
    {
      store,
      knownKeys,
      gapNotice: new GapNotice({
        ...{ gaps: store.gaps, knownKeys, acceptance },
        ...{ onEvent, delayMs: 60_000 },
      }),
      senderQuotas: new SenderQuotas({ ...store, quotas: FEW, onEvent }),
      onEvent: (event) => {
        if (event.type === "message") texts.push(event.text);
      },
    },
    "eve",
    "E",
  );
  return {
    store,
    link,
    texts,
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

function message(n: number, text = "x") {
  return { id: String(n).padStart(26, "0"), text, time: 0 };
}

Deno.test("after a message over the quota none is taken on that link, so that the order stays", () => {
  using eve = intake();
  const [one, long, short] = [
    message(1),
    message(2, "x".repeat(1000)),
    message(3),
  ];
  assertEquals(eve.link.receive([one, long, short]), one.id);
  assertEquals(eve.link.receive([short]), undefined);
  assertEquals(eve.texts, ["x"]);
});

Deno.test("a link with messages over the quota ends when there is room for them, on the next day, and not before", () => {
  using eve = intake();
  eve.link.receive([1, 2, 3].map((n) => message(n)));
  assert(!eve.link.isDue(Date.now() + DAY_MS));
  eve.link.receive([message(4)]);
  assert(!eve.link.isDue(Date.now()));
  assert(eve.link.isDue(Date.now() + DAY_MS));
});

Deno.test("a peer over its quota that sends more than the send window loses the link", () => {
  using eve = intake();
  const messages = Array.from({ length: 3 + 1024 }, (_, n) => message(n));
  eve.link.receive(messages);
  assertThrows(
    () => eve.link.receive([message(9999)]),
    PeerError,
    "the peer sent more than may be unacknowledged",
  );
  assertEquals(eve.texts.length, 3);
});
