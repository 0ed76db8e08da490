import { assertEquals } from "@std/assert";
import {
  type SendLink,
  SendWindow,
} from "../../../lib/peer/conversation/send_window.ts";
import { openStore, type Outgoing } from "../../../lib/peer/mod.ts";
import { at } from "../../support/at.ts";

const PATH = {
  kind: "direct",
  address: { host: "192.0.2.1", port: 1 },
  direction: "out",
  generation: 1,
} as const;

/** A link that notes what is sent over it, until it breaks. */
class FakeLink implements SendLink {
  readonly sent: string[] = [];
  readonly calls: string[] = [];
  isBroken = false;

  // deno-lint-ignore require-await -- so that it rejects where it throws.
  async send(messages: readonly Outgoing[]): Promise<void> {
    if (this.isBroken) throw new Deno.errors.BrokenPipe();
    this.calls.push("send");
    this.sent.push(...messages.map(({ text }) => text));
  }

  quit(): Promise<void> {
    this.calls.push("quit");
    return Promise.resolve();
  }

  close(): void {
    this.calls.push("close");
  }
}

/** An outbox with so many messages for bob, and a window on a link to him. */
function windowOn(count: number) {
  const store = openStore(":memory:", { now: Date.now() });
  const { outbox } = store;
  const queue = (text: string) => outbox.queue("bob", text, Date.now());
  const messages = Array.from({ length: count }, (_, n) => queue(String(n)));
  const link = new FakeLink();
  const window = new SendWindow(link, PATH, outbox, "bob");
  return {
    link,
    window,
    outbox,
    queue,
    ids: messages.map(({ id }) => id),
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, n) => String(from + n));
}

Deno.test("a window sends what waits, oldest first, and each message once", async () => {
  using bob = windowOn(3);
  const { link, window } = bob;
  await window.pump();
  assertEquals(link.sent, numbers(0, 3));
  assertEquals(window.inFlight, bob.ids);
  bob.queue("3");
  await Promise.all([window.pump(), window.pump()]);
  assertEquals(link.sent, numbers(0, 4));
});

Deno.test("1,024 messages are in flight at most, and each acknowledgement makes room", async () => {
  using bob = windowOn(1500);
  const { link, window, ids } = bob;
  await window.pump();
  assertEquals(link.sent.length, 1024);
  assertEquals(window.acknowledged(at(ids, 99)), ids.slice(0, 100));
  assertEquals(window.inFlight, ids.slice(100, 1024));
  bob.outbox.markDelivered("bob", ids.slice(0, 100));
  await window.pump();
  assertEquals(link.sent, numbers(0, 1124));
});

Deno.test("an acknowledgement of what is not in flight changes nothing", async () => {
  using bob = windowOn(2);
  await bob.window.pump();
  assertEquals(bob.window.acknowledged("01M86BV9B5K63MJ7WZW52Z0Y29"), []);
  assertEquals(bob.window.inFlight, bob.ids);
});

Deno.test("a link that breaks is closed, and what was sent stays in flight", async () => {
  using bob = windowOn(2);
  bob.link.isBroken = true;
  await bob.window.pump();
  assertEquals(bob.link.calls, ["close"]);
  assertEquals(bob.window.inFlight, bob.ids);
});

Deno.test("a window that quits sends the rest, then QUIT, and nothing more", async () => {
  using bob = windowOn(2);
  await bob.window.quit();
  bob.queue("too late");
  await bob.window.pump();
  assertEquals(bob.link.calls, ["send", "quit"]);
  assertEquals(bob.link.sent, numbers(0, 2));
});
