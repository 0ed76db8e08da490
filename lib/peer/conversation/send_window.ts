import { Coalescer } from "../../async/mod.ts";
import { SEND_WINDOW_MESSAGES } from "../../protocol/mod.ts";
import type { Outbox } from "../store/mod.ts";
import type { LinkPath } from "./context.ts";
import type { PeerLink } from "./peer_link.ts";

/** The maximum of messages that are read from the outbox at once. */
const BATCH_SIZE = 256;

/** Where a {@linkcode SendWindow} takes messages from. */
export type SendQueue = Pick<Outbox, "waiting">;

/** What a {@linkcode SendWindow} needs of a link. */
export type SendLink = Pick<PeerLink, "send" | "quit" | "close">;

/**
 * Sends what waits for a peer over one link, oldest first, with a limit on what
 * is in flight. Each link begins with the oldest: so whichever of several is the
 * fastest, no message overtakes another, and none is left out.
 */
export class SendWindow<Link extends SendLink = PeerLink> {
  /** The link that messages go out on. */
  readonly link: Link;
  /** The path that the link uses. */
  readonly path: LinkPath;
  /** Resolves when the link has ended. */
  ended: Promise<void> = Promise.resolve();
  readonly #outbox: SendQueue;
  readonly #clientID: string;
  readonly #inFlight: string[] = [];
  /** The ID of the last message that was sent. */
  #lastSent = "";
  readonly #pumping = new Coalescer(() => this.#pump());
  readonly #quitting = new AbortController();

  /**
   * The window of a link, which sends when {@linkcode pump} is called.
   *
   * @param link The link, of which this is the only sender.
   * @param path The path that it uses.
   * @param outbox Where the messages wait.
   * @param clientID The client ID of the peer.
   */
  constructor(link: Link, path: LinkPath, outbox: SendQueue, clientID: string) {
    this.link = link;
    this.path = path;
    this.#outbox = outbox;
    this.#clientID = clientID;
  }

  /** The IDs of the messages that are in flight, in the order of sending. */
  get inFlight(): readonly string[] {
    return this.#inFlight;
  }

  /** Sends what waits, as far as the window allows; closes a link that breaks. */
  pump(): Promise<void> {
    return this.#pumping.run();
  }

  /** Sends what the window allows, then QUIT, and waits for the link to end. */
  async quit(): Promise<void> {
    await this.pump();
    this.#quitting.abort();
    await this.link.quit();
    await this.ended;
  }

  /**
   * Takes an acknowledgement: the peer has that message and all before it.
   *
   * @returns The IDs of the messages that are not in flight any more.
   */
  acknowledged(id: string): string[] {
    const at = this.#inFlight.indexOf(id);
    return this.#inFlight.splice(0, at + 1);
  }

  async #pump(): Promise<void> {
    try {
      while (!this.#quitting.signal.aborted) {
        const limit = Math.min(
          SEND_WINDOW_MESSAGES - this.#inFlight.length,
          BATCH_SIZE,
        );
        if (limit <= 0) return;
        const after = this.#lastSent;
        const batch = this.#outbox.waiting(this.#clientID, { after, limit });
        const last = batch.at(-1);
        if (last === undefined) return;
        this.#lastSent = last.id;
        for (const { id } of batch) this.#inFlight.push(id);
        await this.link.send(batch);
      }
    } catch {
      // Reading the link tells why; what was sent still waits.
      this.link.close();
    }
  }
}
