import { setTimeout as sleep } from "node:timers/promises";
import { Chance } from "./chance.ts";
import { letFail } from "./faults.ts";
import type { Member } from "./member.ts";
import { claims, verdict } from "./verdict.ts";
import type { World } from "./world.ts";

/** Most that is told of what is wrong. */
const TOLD = 40;

/** How long everything may take to arrive when nothing fails any more, in ms. */
const SETTLING = 90_000;

/** Lets faults happen. Resolves once the signal is given and all is whole. */
export type Driver = (
  world: World,
  signal: AbortSignal,
  note: (what: string) => void,
) => Promise<void>;

/** What has come of a soak. */
export interface Outcome {
  /** How many messages were said to be sent, both ways. */
  readonly messages: number;
  /** How many faults there were. */
  readonly faults: number;
  /** What is wrong: nothing if all is well. */
  readonly problems: readonly string[];
}

/** The driver that lets whatever may fail fail, by chance. */
export function randomFaults(seed: number): Driver {
  return (world, signal, note) =>
    letFail(world, new Chance(seed), signal, note);
}

/**
 * Has two clients write to each other while things fail, then looks whether
 * each has all that the other sent, once and in order.
 *
 * @param duration For how long, in ms.
 */
export async function soak(
  world: World,
  duration: number,
  drive: Driver,
): Promise<Outcome> {
  const { alice, bob } = world;
  const log: string[] = [];
  const began = performance.now();
  const note = (what: string) =>
    log.push(`${((performance.now() - began) / 1000).toFixed(2)} s: ${what}`);
  await world.start();
  const over = AbortSignal.timeout(duration);
  await Promise.all([
    drive(world, over, note),
    chatter(alice, "bob", new Chance(1), over),
    chatter(bob, "alice", new Chance(2), over),
  ]);
  const faults = log.length;
  note("nothing fails any more");
  const waits = await settle([alice, bob]);
  note("all has settled");
  const histories = [await alice.history(), await bob.history()] as const;
  await alice.kill();
  await bob.kill();
  const problems = [
    ...verdict(alice, bob, histories[0], histories[1]),
    ...verdict(bob, alice, histories[1], histories[0]),
    ...waits > 0 ? [`${waits} messages still wait`] : [],
  ];
  return {
    messages: claims(alice).length + claims(bob).length,
    faults,
    problems: problems.length === 0 ? [] : [
      ...problems.slice(0, TOLD),
      `${problems.length} problems; what happened:`,
      ...log.slice(-TOLD),
      ...lastEvents(alice),
      ...lastEvents(bob),
    ],
  };
}

/** Says one numbered message after the other: most short, a few long. */
async function chatter(
  member: Member,
  to: string,
  chance: Chance,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const most = chance.one([100, 100, 100, 100, 1000, 30_000]);
    await member.say(to, Math.floor(chance.number(1, most)));
    await sleep(chance.number(0, 20));
  }
}

/** Waits until nothing waits for anybody; how much still does. */
async function settle(members: readonly Member[]): Promise<number> {
  const deadline = performance.now() + SETTLING;
  for (;;) {
    let waiting = 0;
    for (const member of members) waiting += await member.waiting();
    if (waiting === 0 || performance.now() > deadline) return waiting;
    await sleep(200);
  }
}

/** What a member printed last, messages and what came of them left out. */
function lastEvents({ clientID, runs }: Member): string[] {
  const told = ["message", "sent", "left", "delivered", "queue", "history"];
  return runs.flat().filter(({ event }) => !told.includes(event)).slice(-TOLD)
    .map((event) => `${clientID}: ${JSON.stringify(event)}`);
}
