import { assertEquals } from "@std/assert";
import type { Clock } from "../../../lib/async/mod.ts";
import { GapNotice } from "../../../lib/peer/delivery/gap_notice.ts";
import type { PeerEvent } from "../../../lib/peer/mod.ts";
import type { Gap } from "../../../lib/peer/store/mod.ts";

/** A clock on which time passes when a test says so. */
class ManualClock implements Clock {
  #now = 0;
  #sleepers: { until: number; wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ until: this.#now + ms, wake });
      signal.addEventListener("abort", () => wake());
    });
  }

  /** Lets time pass, and what waits for it run. */
  async pass(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#sleepers.filter(({ until }) => until <= this.#now);
    this.#sleepers = this.#sleepers.filter((one) => !due.includes(one));
    for (const { wake } of due) wake();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** A notice of gaps that a test opens and closes. */
class TestGaps implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly blocked = new Set<string>();
  open: Gap[] = [];
  readonly #told: string[] = [];
  readonly notice = new GapNotice({
    gaps: {
      list: () => this.open,
      markTold: (told) => {
        this.open = this.open.filter((gap) => !told.includes(gap));
      },
    },
    knownKeys: { protection: () => "pinned" },
    acceptance: { isBlocked: (key) => this.blocked.has(key) },
    onEvent: (event: PeerEvent) => {
      const { from, id } = event.type === "missing" ? event : NO_EVENT;
      this.#told.push(`${from.name} ${id}`);
    },
    delayMs: 100,
    clock: this.clock,
  });

  add(peer: string, missing: string): void {
    const id = `after ${missing}`;
    this.open = [...this.open, { senderKey: peer, peer, missing, id, time: 0 }];
    this.notice.watch();
  }

  close(missing: string): void {
    this.open = this.open.filter((gap) => gap.missing !== missing);
  }

  /** What has been told since this was asked last. */
  told(): string[] {
    return this.#told.splice(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.notice.close();
  }
}

const NO_EVENT = { from: { name: "another event" }, id: "" };

Deno.test("the user is told once, after a delay, that messages are missing", async () => {
  await using gaps = new TestGaps();
  gaps.add("bob", "1");
  await gaps.clock.pass(99);
  assertEquals(gaps.told(), []);
  await gaps.clock.pass(1);
  assertEquals(gaps.told(), ["bob after 1"]);
  gaps.notice.watch();
  await gaps.clock.pass(1000);
  assertEquals(gaps.told(), []);
});

Deno.test("the user is not told of a message that is late", async () => {
  await using gaps = new TestGaps();
  gaps.add("bob", "1");
  await gaps.clock.pass(50);
  gaps.close("1");
  await gaps.clock.pass(1000);
  assertEquals(gaps.told(), []);
});

Deno.test("each message has the whole delay, whichever others are missing", async () => {
  await using gaps = new TestGaps();
  gaps.add("bob", "1");
  await gaps.clock.pass(99);
  gaps.add("carol", "2");
  await gaps.clock.pass(1);
  assertEquals(gaps.told(), ["bob after 1"]);
  await gaps.clock.pass(99);
  assertEquals(gaps.told(), []);
  await gaps.clock.pass(1);
  assertEquals(gaps.told(), ["carol after 2"]);
});

Deno.test("the gaps of one sender are told together, and those of another apart", async () => {
  await using gaps = new TestGaps();
  for (const missing of ["1", "3", "5"]) gaps.add("bob", missing);
  gaps.add("carol", "2");
  await gaps.clock.pass(100);
  assertEquals(gaps.told(), ["bob after 1"]);
  await gaps.clock.pass(100);
  assertEquals(gaps.told(), ["carol after 2"]);
  assertEquals(gaps.open, []);
});

Deno.test("nothing is told of a client that was blocked meanwhile", async () => {
  await using gaps = new TestGaps();
  gaps.add("bob", "1");
  gaps.blocked.add("bob");
  await gaps.clock.pass(100);
  assertEquals(gaps.told(), []);
  assertEquals(gaps.open, []);
});

Deno.test("a gap that was not told before the end stays", async () => {
  const gaps = new TestGaps();
  gaps.add("bob", "1");
  await gaps.notice.close();
  assertEquals(gaps.told(), []);
  assertEquals(gaps.open.length, 1);
});
