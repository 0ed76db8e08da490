import { Coalescer } from "../../async/mod.ts";
import { SEND_WINDOW } from "../../protocol/mod.ts";
import type { Outbox } from "../store/mod.ts";
import type { PeerLink } from "./peer_link.ts";

/** Most messages that are read from the disk at once. */
const BATCH = 256;

/**
 * Carries what waits for somebody over one link, oldest first. Each link begins
 * with the oldest: so whichever of several is quicker, no message overtakes
 * another, and none is left out.
 */
export class SendWindow {
  /** The link that messages go out on. */
  readonly link: PeerLink;
  /** Resolves when the link is over. */
  ended: Promise<void> = Promise.resolve();
  readonly #outbox: Outbox;
  readonly #peer: string;
  readonly #onTheWay: string[] = [];
  /** The last message that was sent. */
  #last = "";
  readonly #pumping = new Coalescer(() => this.#pump());
  readonly #leaving = new AbortController();

  /** Carries nothing before it is told to. */
  constructor(link: PeerLink, outbox: Outbox, peer: string) {
    this.link = link;
    this.#outbox = outbox;
    this.#peer = peer;
  }

  /** The messages that are on their way over this link. */
  get inFlight(): readonly string[] {
    return this.#onTheWay;
  }

  /** Sends what waits, as far as there is room; a link that breaks is closed. */
  pump(): Promise<void> {
    return this.#pumping.run();
  }

  /** Sends what there is room for, says goodbye, and waits for the answer. */
  async leave(): Promise<void> {
    await this.pump();
    this.#leaving.abort();
    await this.link.goodbye();
    await this.ended;
  }

  /** The messages that the other side has when it acknowledges one. */
  acknowledged(id: string): string[] {
    const at = this.#onTheWay.indexOf(id);
    return this.#onTheWay.splice(0, at + 1);
  }

  async #pump(): Promise<void> {
    try {
      while (!this.#leaving.signal.aborted) {
        const limit = Math.min(SEND_WINDOW - this.#onTheWay.length, BATCH);
        if (limit <= 0) return;
        const after = this.#last;
        const batch = this.#outbox.waiting(this.#peer, { after, limit });
        const last = batch.at(-1);
        if (last === undefined) return;
        this.#last = last.id;
        for (const { id } of batch) this.#onTheWay.push(id);
        await this.link.send(batch);
      }
    } catch {
      // Whoever reads the link says why; what was sent still waits.
      this.link.close();
    }
  }
}
