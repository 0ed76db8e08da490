import { setTimeout as sleep } from "node:timers/promises";
import type { Chance } from "./chance.ts";
import type { Member } from "./member.ts";
import type { World } from "./world.ts";

/** Something that fails, and is whole again after a while. */
export interface Fault {
  /** What fails, in a few words. */
  readonly what: string;
  /** Lets it fail. */
  readonly begin: () => Promise<void> | void;
  /** Makes it whole again. */
  readonly end: () => Promise<void> | void;
  /** For how long, in ms. */
  readonly duration: number;
}

/** How long each kind of fault lasts, from and to, in ms. */
const DURATIONS = {
  kill: [0, 600],
  cut: [0, 800],
  stall: [100, 2000],
  truncate: [300, 300],
} as const;

/** What is drawn from: twice what a process has to survive. */
const KINDS = ["kill", "kill", "cut", "stall", "truncate"] as const;

/** Chooses what is to fail next, by chance alone. */
export function chooseFault(world: World, chance: Chance): Fault {
  const kind = chance.one(KINDS);
  const [from, to] = DURATIONS[kind];
  const duration = chance.number(from, to);
  if (kind === "kill") {
    const [name, program] = chance.one(Object.entries(world.programs));
    const again = chance.number(-400, 400);
    return {
      what: `kill ${name}`,
      begin: () => program.kill(),
      end: async () => {
        // Half of them are killed once more while they start.
        if (again > 0) await program.stumble(again);
        await program.start();
      },
      duration,
    };
  }
  const [name, proxy] = chance.one(Object.entries(world.proxies));
  return {
    what: `${kind} ${name}`,
    begin: () => proxy[kind](),
    end: () => proxy.restore(),
    duration,
  };
}

/** Lets things fail, at times several at once, until a signal; all is whole then. */
export async function letFail(
  world: World,
  chance: Chance,
  signal: AbortSignal,
  note: (what: string) => void,
): Promise<void> {
  const under = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    const fault = chooseFault(world, chance);
    const pause = chance.number(20, 500);
    // What fails is not made to fail in another way before it is whole.
    const [, target = ""] = /^\S+ (.*)$/.exec(fault.what) ?? [];
    if (!under.has(target)) {
      note(fault.what);
      under.set(target, happen(fault).finally(() => under.delete(target)));
    }
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
  await Promise.all(under.values());
}

async function happen(fault: Fault): Promise<void> {
  await fault.begin();
  await sleep(fault.duration);
  await fault.end();
}

/** Kills a member while messages reach it, and starts it again. */
export async function killAmidMessages(member: Member): Promise<void> {
  await member.hears();
  await sleep(50);
  await member.kill();
  await member.start();
}
