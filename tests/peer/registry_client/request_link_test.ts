import { assert, assertEquals, assertRejects } from "@std/assert";
import { Channel, type Message } from "../../../lib/framing/mod.ts";
import { PEER_TIMINGS, PeerError } from "../../../lib/peer/mod.ts";
import { RefusedError } from "../../../lib/peer/registry_client/errors.ts";
import { RequestLink } from "../../../lib/peer/registry_client/request_link.ts";
import {
  COLLECT,
  encodeError,
  INFO,
  PING,
  seqOf,
  withSeq,
} from "../../../lib/protocol/mod.ts";
import type { PeerTimings } from "../../../lib/peer/mod.ts";
import { limited } from "../../support/time_limit.ts";
import { openSecureWires } from "../../support/secure_wires.ts";

const LISTING = { prefix: "", limit: 1, after: undefined };

/** A link, and the channel at its other end. */
async function openLink(timings: Partial<PeerTimings> = {}) {
  const [near, far] = await openSecureWires();
  const link = new RequestLink(near, {
    ownKey: "",
    onMail: () => {},
    timings: { ...PEER_TIMINGS, ...timings },
  });
  return { link, near, registry: new Channel(far) };
}

/** Answers the next request, and returns it. */
async function answer(registry: Channel, reply: Message): Promise<Message> {
  const request = await registry.receive();
  assert(request !== undefined);
  await registry.send(withSeq(reply, seqOf(request) ?? ""));
  return request;
}

Deno.test("a request that cannot be written is refused in words, and ends the link", async () => {
  const { link, near, registry } = await openLink();
  near.write = () => Promise.reject(new Deno.errors.BrokenPipe());
  await assertRejects(
    () => link.ask(PING, undefined),
    PeerError,
    "the connection to the registry ended",
  );
  await link.ended;
  registry.close();
});

Deno.test("a request that is not answered in time ends the link", async () => {
  const { link, registry } = await openLink({
    requestTimeoutMs: 5,
    registryPingIntervalMs: 600_000,
  });
  await assertRejects(
    () => limited(link.ask(PING, undefined), "the request never ends"),
    PeerError,
    "the registry does not answer",
  );
  assertEquals((await link.ended).final, false);
  registry.close();
});

Deno.test("a registry that does not answer a PING in time is given up on", async () => {
  const { link, registry } = await openLink({
    registryPingIntervalMs: 5,
    registryPongTimeoutMs: 5,
  });
  assertEquals((await registry.receive())?.method, "PING");
  assertEquals(await link.ended, {
    reason: "the registry does not answer",
    final: false,
  });
  registry.close();
});

Deno.test("a letter that comes too soon is asked for again by itself after a short wait", async () => {
  const { link, registry } = await openLink();
  const collected = link.ask(COLLECT, { done: [], after: 0 });
  const code = 429;
  await answer(registry, encodeError({ code, reason: "wait", waitS: 0.01 }));
  const reply = COLLECT.encodeReply([]);
  assertEquals((await answer(registry, reply)).method, "COLLECT");
  assertEquals(await collected, []);
  registry.close();
  await link.ended;
});

Deno.test("a request that is refused for a time is not sent again before that is over", async () => {
  const { link, registry } = await openLink({ defaultRetryAfterMs: 40 });
  const refused = assertRejects(
    () => link.ask(INFO, LISTING),
    RefusedError,
    "too many requests",
  );
  await answer(
    registry,
    encodeError({ code: 429, reason: "too many requests" }),
  );
  await refused;
  await assertRejects(() => link.ask(INFO, LISTING), RefusedError);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const listed = link.ask(INFO, LISTING);
  const reply = INFO.encodeReply({ clients: [], after: undefined });
  await answer(registry, reply);
  assertEquals((await listed).clients, []);
  registry.close();
  await link.ended;
});
