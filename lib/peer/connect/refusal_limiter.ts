import { CountingBucket, type Rate } from "../../limits/mod.ts";
import { isClientID } from "../../protocol/mod.ts";
import type { PeerEvent } from "../events.ts";

/** How often an event of one kind is passed on. */
const EVENT_RATE: Rate = { perSecond: 1 / 30, burst: 10 };

/**
 * Limits the events `refused`, `letterRefused`, and `keyChanged` of clients that
 * have called, of clients that this peer wanted to reach, and of the registry,
 * each kind by itself: unknown peers can neither fill the screen nor hide that
 * another peer answers where this one calls. The next event of a kind says how
 * many before it were not passed on. Other events are passed on as they are.
 *
 * @param onEvent Receives the events that are passed on.
 * @param clock The time, in ms.
 */
export function limitRefusalsAndKeyChanges(
  onEvent: (event: PeerEvent) => void,
  clock: () => number = () => performance.now(),
): (event: PeerEvent) => void {
  const newBucket = () => new CountingBucket(EVENT_RATE, clock());
  const refused = newBucket();
  const refusedLetters = newBucket();
  const callerKeys = newBucket();
  const calledKeys = newBucket();
  const registryKeys = newBucket();
  return (event) => {
    switch (event.type) {
      case "refused":
        return passOn(event, refused);
      case "letterRefused":
        return passOn(event, refusedLetters);
      case "keyChanged":
        return passOn(event, bucketOf(event));
      default:
        return onEvent(event);
    }
  };

  function bucketOf(
    { name, direction }: Extract<PeerEvent, { readonly type: "keyChanged" }>,
  ): CountingBucket {
    if (!isClientID(name)) return registryKeys;
    return direction === "in" ? callerKeys : calledKeys;
  }

  /** Passes an event on, unless its bucket is empty. */
  function passOn(event: LimitedEvent, bucket: CountingBucket): void {
    if (!bucket.take(clock())) return;
    const omitted = bucket.takeHeldBack();
    const more = omitted === 0
      ? ""
      : ` (${omitted} earlier ones are not shown)`;
    onEvent({ ...event, reason: event.reason + more });
  }
}

/** An event that unknown peers can cause, with a reason. */
type LimitedEvent = Extract<
  PeerEvent,
  { readonly type: "refused" | "letterRefused" | "keyChanged" }
>;
