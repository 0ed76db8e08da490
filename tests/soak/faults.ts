import { setTimeout as sleep } from "node:timers/promises";
import type { SeededRandom } from "../support/seeded_random.ts";
import type { ClientProcess } from "./client_process.ts";
import type { SoakNetwork } from "./network.ts";

/** A fault that ends after a while. */
export interface Fault {
  /** The kind of fault and where it is, in a few words. */
  readonly what: string;
  /** Begins it. */
  readonly begin: () => Promise<void> | void;
  /** Ends it. */
  readonly end: () => Promise<void> | void;
  /** Its duration, in ms. */
  readonly duration: number;
}

/** The shortest and the longest duration of each kind of fault, in ms. */
const DURATIONS = {
  kill: [0, 600],
  cut: [0, 800],
  stall: [100, 2000],
  truncate: [300, 300],
} as const;

/** The kinds to draw from: kills are twice as likely. */
const KINDS = ["kill", "kill", "cut", "stall", "truncate"] as const;

/** Chooses the next fault at random. */
export function chooseFault(network: SoakNetwork, random: SeededRandom): Fault {
  const kind = random.one(KINDS);
  const [from, to] = DURATIONS[kind];
  const duration = random.number(from, to);
  if (kind === "kill") {
    const [name, program] = random.one(Object.entries(network.programs));
    const again = random.number(-400, 400);
    return {
      what: `kill ${name}`,
      begin: () => program.kill(),
      end: async () => {
        // Half of them are killed once more while they start.
        if (again > 0) await program.startAndKill(again);
        await program.start();
      },
      duration,
    };
  }
  const [name, proxy] = random.one(Object.entries(network.proxies));
  return {
    what: `${kind} ${name}`,
    begin: () => proxy[kind](),
    end: () => proxy.restore(),
    duration,
  };
}

/** Injects faults, some at the same time, until a signal; all have ended then. */
export async function injectFaults(
  network: SoakNetwork,
  random: SeededRandom,
  signal: AbortSignal,
  note: (what: string) => void,
): Promise<void> {
  const under = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    const fault = chooseFault(network, random);
    const pause = random.number(20, 500);
    // A target has one fault at a time.
    const [, target = ""] = /^\S+ (.*)$/.exec(fault.what) ?? [];
    if (!under.has(target)) {
      note(fault.what);
      under.set(target, inject(fault).finally(() => under.delete(target)));
    }
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
  await Promise.all(under.values());
}

async function inject(fault: Fault): Promise<void> {
  await fault.begin();
  await sleep(fault.duration);
  await fault.end();
}

/** Kills a client once it has acknowledged a message, and starts it again. */
export async function killAfterAck(
  sender: ClientProcess,
  recipient: ClientProcess,
): Promise<void> {
  await sender.waitForEvent("delivered");
  await recipient.kill();
  await recipient.start();
}
