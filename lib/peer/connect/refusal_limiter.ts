import { CountingBucket, type Rate } from "../../limits/mod.ts";
import { isClientID } from "../../protocol/mod.ts";
import type { PeerEvent } from "../events.ts";

/** How often an event of one kind is passed on. */
const EVENT_RATE: Rate = { perSecond: 1 / 30, burst: 10 };

/**
 * Limits the events `refused`, `letterRefused`, `keyChanged` of clients and
 * `keyChanged` of the registry, each kind by itself: unknown peers can neither
 * fill the screen nor hide that the registry's key has changed. The next event
 * of a kind says how many before it were not passed on. Other events are passed
 * on as they are.
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
  const clientKeys = newBucket();
  const registryKeys = newBucket();
  return (event) => {
    switch (event.type) {
      case "refused":
        return passOn(event, refused);
      case "letterRefused":
        return passOn(event, refusedLetters);
      case "keyChanged":
        return passOn(
          event,
          isClientID(event.name) ? clientKeys : registryKeys,
        );
      default:
        return onEvent(event);
    }
  };

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
