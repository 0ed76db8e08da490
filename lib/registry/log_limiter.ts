import { CountingBucket } from "../limits/mod.ts";
import type { Log } from "./log.ts";

/** How often the log says how many entries it omitted, in ms. */
const OMITTED_INTERVAL_MS = 1000;

/**
 * A log that takes at most `perSecond` entries a second, and then writes how
 * many it omitted: a flood of bad requests must not become a flood of lines.
 *
 * @param write Receives each entry that passes.
 * @param clock The time, in ms.
 */
export function limitLogRate(
  write: Log,
  perSecond: number,
  clock: () => number = () => performance.now(),
): Log {
  const bucket = new CountingBucket({ perSecond, burst: perSecond }, clock());
  return (entry) => {
    const nowMs = clock();
    if (!bucket.take(nowMs)) return;
    const { heldBackSince = nowMs } = bucket;
    if (nowMs - heldBackSince >= OMITTED_INTERVAL_MS) {
      write({ event: "omitted", entries: bucket.takeHeldBack() });
    }
    write(entry);
  };
}
