import { withTimeout } from "../../async/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import type { ReceiveContext } from "../delivery/mod.ts";
import { CONNECTION_BROKE, PeerError, readFailureReason } from "../errors.ts";
import type { PeerTimings } from "../timings.ts";
import { LinkIntake } from "./link_intake.ts";
import type { Arrivals, PeerLink } from "./peer_link.ts";
import type { SendWindow } from "./send_window.ts";

/** What {@linkcode readLink} stores messages with, and its callbacks. */
export interface LinkHandlers extends ReceiveContext {
  /** The peer's client ID. */
  readonly clientID: string;
  /** After how long a link counts as stable. */
  readonly timings: Pick<PeerTimings, "linkStableAfterMs" | "quitTimeoutMs">;
  /** The peer has acknowledged messages, which are not in flight any more. */
  readonly onDelivered: (ids: readonly string[]) => void;
  /** The link has carried something, or has been stable. */
  readonly onUseful: (link: PeerLink) => void;
  /**
   * The link has ended: the peer hung up, or it broke for a reason, which is a
   * phrase.
   */
  readonly onEnd: (
    window: SendWindow,
    hungUp: boolean,
    reason: string,
  ) => void;
  /** The peer violated the protocol, or what it sent could not be stored. */
  readonly onFailure: (error: PeerError | StorageError) => void;
}

/**
 * Reads a link until it ends, and closes it: what arrives is stored, and
 * acknowledged once it is (PROTOCOL.md, "Delivery"), unless it is over a quota.
 *
 * @param arrivals What arrives. Default: all that the link carries.
 */
export async function readLink(
  window: SendWindow,
  handlers: LinkHandlers,
  arrivals: AsyncIterable<Arrivals> = window.link.arrivals(),
): Promise<void> {
  const { link } = window;
  const { linkStableAfterMs, quitTimeoutMs } = handlers.timings;
  const intake = new LinkIntake(handlers, handlers.clientID, link.key);
  const began = performance.now();
  let reason = CONNECTION_BROKE;
  let hungUp = false;
  try {
    for await (const arrived of arrivals) {
      receive(window, intake, handlers, arrived);
      hungUp = arrived.quit;
      if (!hungUp && intake.isDue(Date.now())) link.close();
    }
  } catch (error) {
    if (error instanceof StorageError || error instanceof PeerError) {
      handlers.onFailure(error);
    }
    reason = readFailureReason(error);
  }
  if (performance.now() - began > linkStableAfterMs) {
    handlers.onUseful(link);
  }
  handlers.onEnd(window, hungUp, reason);
  if (hungUp) {
    await withTimeout(link.answerQuit(), quitTimeoutMs).catch(() => {
      // The peer did not wait for the answer.
    });
  }
  link.close();
}

function receive(
  window: SendWindow,
  intake: LinkIntake,
  handlers: LinkHandlers,
  { messages, acknowledged }: Arrivals,
): void {
  const { link } = window;
  if (messages.length > 0) {
    const stored = intake.receive(messages);
    // Only what is on the disk is acknowledged.
    if (stored !== undefined) {
      link.acknowledge(stored);
      handlers.onUseful(link);
    }
  }
  if (acknowledged !== undefined) {
    handlers.onDelivered(window.acknowledged(acknowledged));
    handlers.onUseful(link);
  }
}
