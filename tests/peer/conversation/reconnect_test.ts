import { assertEquals } from "@std/assert";
import type { Clock } from "../../../lib/async/mod.ts";
import { Reconnector } from "../../../lib/peer/conversation/reconnect.ts";

const GIVE_UP_MS = 10_000;

/** A clock that a wait moves on, and that notes how long each one was. */
class VirtualClock implements Clock {
  readonly waits: number[] = [];
  /** Is called during the next wait, which ends early if it ends the delay. */
  duringWait: (() => void) | undefined;
  #now = 0;

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.waits.push(ms);
    const duringWait = this.duringWait;
    this.duringWait = undefined;
    duringWait?.();
    if (!signal.aborted) this.#now += ms;
    return Promise.resolve();
  }
}

/** A peer that is away, and a reconnector that tries to reach it. */
class AwayPeer {
  readonly clock = new VirtualClock();
  /** When each try was, in ms. */
  readonly tries: number[] = [];
  isNeeded = true;
  hasGivenUp = false;
  /** What a try does. */
  connect = () => {};
  readonly reconnector = new Reconnector({
    isNeeded: () => this.isNeeded,
    connect: () => {
      this.tries.push(this.clock.now());
      this.connect();
      return Promise.resolve();
    },
    onGiveUp: () => {
      this.hasGivenUp = true;
      this.isNeeded = false;
    },
    timings: { reconnectTimeoutMs: GIVE_UP_MS },
    backoff: function* () {
      for (let wait = 1000;; wait *= 2) yield wait;
    },
    clock: this.clock,
  });
}

/** Lets the nth try succeed. */
function reachedAt(peer: AwayPeer, n: number): void {
  peer.connect = () => {
    if (peer.tries.length >= n) peer.isNeeded = false;
  };
}

Deno.test("the first try is at once, and each delay is the next of the backoff", async () => {
  const peer = new AwayPeer();
  reachedAt(peer, 4);
  await peer.reconnector.start();
  assertEquals(peer.tries, [0, 1000, 3000, 7000]);
  assertEquals(peer.reconnector.isRunning, false);
});

Deno.test("nothing is tried where no link is needed", async () => {
  const peer = new AwayPeer();
  peer.isNeeded = false;
  await peer.reconnector.start();
  assertEquals(peer.tries, []);
});

Deno.test("a link that ended before it was of use is not replaced at once", async () => {
  const peer = new AwayPeer();
  reachedAt(peer, 2);
  await peer.reconnector.start();
  peer.isNeeded = true;
  reachedAt(peer, 3);
  await peer.reconnector.start();
  assertEquals(peer.tries, [0, 1000, 3000]);
});

Deno.test("after a link that was of use the first try is at once again", async () => {
  const peer = new AwayPeer();
  reachedAt(peer, 3);
  await peer.reconnector.start();
  peer.reconnector.resetDelays();
  peer.isNeeded = true;
  reachedAt(peer, 5);
  await peer.reconnector.start();
  assertEquals(peer.tries, [0, 1000, 3000, 3000, 4000]);
});

Deno.test("a delay that is stopped leads to the next try at once", async () => {
  const peer = new AwayPeer();
  reachedAt(peer, 3);
  peer.clock.duringWait = () => peer.reconnector.stopDelay();
  await peer.reconnector.start();
  assertEquals(peer.tries, [0, 0, 2000]);
});

Deno.test("a link that the peer opens meanwhile ends the tries", async () => {
  const peer = new AwayPeer();
  peer.reconnector.lost();
  peer.clock.duringWait = () => {
    peer.isNeeded = false;
    peer.reconnector.restored();
  };
  await peer.reconnector.start();
  assertEquals(peer.tries, [0]);
  assertEquals(peer.reconnector.isBroken, false);
});

Deno.test("a broken conversation is given up when its time is over, and not before", async () => {
  const peer = new AwayPeer();
  peer.reconnector.lost();
  assertEquals(peer.reconnector.isBroken, true);
  await peer.reconnector.start();
  assertEquals(peer.hasGivenUp, true);
  // At 7 s it was not over, at 15 s it was.
  assertEquals(peer.tries, [0, 1000, 3000, 7000, 15_000]);
});

Deno.test("messages that wait without a conversation are retried without a limit", async () => {
  const peer = new AwayPeer();
  reachedAt(peer, 12);
  await peer.reconnector.start();
  assertEquals(peer.hasGivenUp, false);
  assertEquals(peer.tries.at(-1), 1000 * (2 ** 11 - 1));
});

Deno.test("a reconnector that is trying is not started twice", async () => {
  const peer = new AwayPeer();
  reachedAt(peer, 2);
  await Promise.all([peer.reconnector.start(), peer.reconnector.start()]);
  assertEquals(peer.tries, [0, 1000]);
});
