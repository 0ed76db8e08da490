import { setTimeout as delay } from "node:timers/promises";
import { TIMED_OUT, withTimeout } from "../../lib/async/mod.ts";

/** How many messages a flood has. */
export const FLOOD_MESSAGES = 100_000;

/** By how much a flood may enlarge the memory of a program, in MiB. */
export const MAX_GROWTH_MIB = 32;

/**
 * The environment of a program whose memory is measured. V8 lets garbage pile up
 * for some 100 MiB; with these flags it removes it so often that what is
 * measured is what the program keeps.
 */
export const LITTLE_GARBAGE = {
  DENO_V8_FLAGS: "--gc-global,--max-semi-space-size=4",
} as const;

/** How many messages go out with one write. */
const BATCH_MESSAGES = 500;

/** After how long a write that the other end does not take ends a flood, in ms. */
const STALL_MS = 2000;

/** The same where the other end has to take all, however busy the machine is. */
export const LONG_STALL_MS = 60_000;

/** How often the memory is measured, in ms. */
const SAMPLE_MS = 10;

/** How long a process has to be idle, and how long that is waited for, in ms. */
const IDLE_SAMPLE_MS = 100;
const MAX_IDLE_WAIT_MS = 5000;

/** How a flood went. */
export interface FloodResult {
  /** How many messages the other end has taken; its system may hold some. */
  readonly sent: number;
  /** Why no more were sent. */
  readonly end: "all" | "stalled" | "closed";
}

/**
 * Sends messages as fast as the other end takes them, and reads nothing.
 *
 * @param send Writes to the connection; resolves when that has taken all.
 * @param message The n-th message, from 0.
 * @param options How many, and after how long, in ms, it ends where the other
 * end takes nothing.
 */
export async function flood(
  send: (text: string) => Promise<void>,
  message: (n: number) => string,
  { count = FLOOD_MESSAGES, stallMs = STALL_MS } = {},
): Promise<FloodResult> {
  for (let sent = 0; sent < count;) {
    const length = Math.min(BATCH_MESSAGES, count - sent);
    const batch = Array.from({ length }, (_, n) => message(sent + n)).join("");
    try {
      const result = await withTimeout(send(batch), stallMs);
      if (result === TIMED_OUT) return { sent, end: "stalled" };
    } catch {
      return { sent, end: "closed" };
    }
    sent += length;
  }
  return { sent: count, end: "all" };
}

/**
 * By how much the resident memory of a process grows at most, in MiB, while
 * some work is done (Linux).
 */
export async function growthMiB(
  pid: number,
  work: () => Promise<void>,
): Promise<number> {
  const before = residentMiB(pid);
  let most = before;
  const sample = () => most = Math.max(most, residentMiB(pid));
  const timer = setInterval(sample, SAMPLE_MS);
  try {
    await work();
    sample();
    return most - before;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Waits until a process has dealt with what it was sent: until it hardly uses
 * the processor, or for `MAX_IDLE_WAIT_MS` (Linux).
 */
export async function idle(pid: number): Promise<void> {
  const deadline = Date.now() + MAX_IDLE_WAIT_MS;
  let before: number;
  do {
    before = processorTicks(pid);
    await delay(IDLE_SAMPLE_MS);
  } while (processorTicks(pid) > before + 1 && Date.now() < deadline);
}

/** The time that a process has used the processor, in ticks of 10 ms. */
function processorTicks(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  // The name of the program, in brackets, may have spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/** The resident memory of a process, in MiB. */
function residentMiB(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const [, kibibytes = ""] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kibibytes) / 1024;
}
