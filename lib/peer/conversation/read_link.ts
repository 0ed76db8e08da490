import { withTimeout } from "../../async/mod.ts";
import { FramingError } from "../../framing/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import { type ReceiveContext, receiveMessages } from "../delivery/mod.ts";
import { PeerError } from "../errors.ts";
import type { PeerTimings } from "../timings.ts";
import type { Arrivals } from "./peer_link.ts";
import type { SendWindow } from "./send_window.ts";

/** What {@linkcode readLink} works with, and what it reports. */
export interface LinkReader extends ReceiveContext {
  /** The peer's client ID. */
  readonly clientID: string;
  /** After how long a link counts as stable. */
  readonly timings: Pick<PeerTimings, "stableLinkMs" | "quitTimeoutMs">;
  /** The peer has acknowledged messages, which are not in flight any more. */
  readonly onDelivered: (ids: readonly string[]) => void;
  /** The link has carried something, or has been open for a while. */
  readonly onUseful: () => void;
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
 * acknowledged once it is (PROTOCOL.md, "Delivery").
 */
export async function readLink(
  window: SendWindow,
  reader: LinkReader,
): Promise<void> {
  const { link } = window;
  const { stableLinkMs, quitTimeoutMs } = reader.timings;
  const began = performance.now();
  let reason = "the connection broke";
  let hungUp = false;
  try {
    for await (const arrivals of link.arrivals()) {
      receive(window, reader, arrivals);
      hungUp = arrivals.quit;
    }
  } catch (error) {
    if (error instanceof StorageError || error instanceof PeerError) {
      reader.onFailure(error);
    }
    if (error instanceof FramingError) {
      reason = `the peer sent a malformed message: ${error.message}`;
    }
  }
  if (performance.now() - began > stableLinkMs) reader.onUseful();
  reader.onEnd(window, hungUp, reason);
  if (hungUp) {
    await withTimeout(link.answerQuit(), quitTimeoutMs).catch(() => {
      // The peer did not wait for the answer.
    });
  }
  link.close();
}

function receive(
  window: SendWindow,
  reader: LinkReader,
  { messages, acknowledged }: Arrivals,
): void {
  const { link } = window;
  const last = messages.at(-1);
  if (last !== undefined) {
    receiveMessages(reader, link.key, reader.clientID, messages);
    // Only what is on the disk is acknowledged.
    link.acknowledge(last.id);
    reader.onUseful();
  }
  if (acknowledged !== undefined) {
    reader.onDelivered(window.acknowledged(acknowledged));
    reader.onUseful();
  }
}
