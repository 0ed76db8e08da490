import { setTimeout as sleep } from "node:timers/promises";
import { SeededRandom } from "../support/seeded_random.ts";
import { injectFaults } from "./faults.ts";
import type { ClientProcess } from "./client_process.ts";
import { checkDelivery, sentIDs } from "./delivery_check.ts";
import type { SoakNetwork } from "./network.ts";

/** How many lines of each kind a failed soak prints at most. */
const MAX_LINES = 40;

/** How long all messages may take to arrive after the last fault, in ms. */
const SETTLE_TIMEOUT_MS = 90_000;

/** Injects faults. Resolves after the signal, when all faults have ended. */
export type FaultDriver = (
  network: SoakNetwork,
  signal: AbortSignal,
  note: (what: string) => void,
) => Promise<void>;

/** The result of a soak. */
export interface Outcome {
  /** How many messages were sent, both ways. */
  readonly messages: number;
  /** How many faults there were. */
  readonly faults: number;
  /** The problems found; empty if there are none. */
  readonly problems: readonly string[];
}

/** A driver that injects faults of all kinds at random. */
export function randomFaults(seed: number): FaultDriver {
  return (network, signal, note) =>
    injectFaults(network, new SeededRandom(seed), signal, note);
}

/**
 * Has two clients write to each other during faults, then checks that each has
 * received all that the other sent, once and in order.
 *
 * @param duration How long they write, in ms.
 */
export async function soak(
  network: SoakNetwork,
  duration: number,
  drive: FaultDriver,
): Promise<Outcome> {
  const { alice, bob } = network;
  const log: string[] = [];
  const began = performance.now();
  const note = (what: string) =>
    log.push(`${((performance.now() - began) / 1000).toFixed(2)} s: ${what}`);
  await network.start();
  const over = AbortSignal.timeout(duration);
  await Promise.all([
    drive(network, over, note),
    sendMessages(alice, "bob", new SeededRandom(1), over),
    sendMessages(bob, "alice", new SeededRandom(2), over),
  ]);
  const faults = log.length;
  note("nothing fails any more");
  const waits = await settle([alice, bob]);
  note("all has settled");
  const histories = [await alice.history(), await bob.history()] as const;
  await alice.kill();
  await bob.kill();
  const problems = [
    ...checkDelivery(alice, bob, histories[0], histories[1]),
    ...checkDelivery(bob, alice, histories[1], histories[0]),
    ...waits > 0 ? [`${waits} messages still wait`] : [],
  ];
  return {
    messages: sentIDs(alice).length + sentIDs(bob).length,
    faults,
    problems: problems.length === 0 ? [] : [
      ...problems.slice(0, MAX_LINES),
      `${problems.length} problems; what happened:`,
      ...log.slice(-MAX_LINES),
      ...lastEvents(alice),
      ...lastEvents(bob),
    ],
  };
}

/** Sends numbered messages until a signal: most short, a few long. */
async function sendMessages(
  client: ClientProcess,
  to: string,
  random: SeededRandom,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const most = random.one([100, 100, 100, 100, 1000, 30_000]);
    await client.send(to, Math.floor(random.number(1, most)));
    await sleep(random.number(0, 20));
  }
}

/** Waits until nothing is queued; how many messages still are at the end. */
async function settle(clients: readonly ClientProcess[]): Promise<number> {
  const deadline = performance.now() + SETTLE_TIMEOUT_MS;
  for (;;) {
    let queued = 0;
    for (const client of clients) queued += await client.queued();
    if (queued === 0 || performance.now() > deadline) return queued;
    await sleep(200);
  }
}

/** The last events of a client, except messages and their progress. */
function lastEvents({ clientID, runs }: ClientProcess): string[] {
  const told = ["message", "sent", "left", "delivered", "queue", "history"];
  return runs.flat().filter(({ event }) => !told.includes(event)).slice(
    -MAX_LINES,
  )
    .map((event) => `${clientID}: ${JSON.stringify(event)}`);
}
