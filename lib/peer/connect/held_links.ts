import type { PeerLink } from "../conversation/mod.ts";
import { HeldLink, type HeldLinkOptions } from "./held_link.ts";

/** The links whose messages are not taken: one for each key, the newest. */
export class HeldLinks {
  readonly #byKey = new Map<string, HeldLink>();
  readonly #quitTimeoutMs: number;

  /**
   * Holds no link at first.
   *
   * @param quitTimeoutMs How long a peer has to answer QUIT, in ms.
   */
  constructor(quitTimeoutMs: number) {
    this.#quitTimeoutMs = quitTimeoutMs;
  }

  /** Holds a link; an older one of the same key is closed. */
  add(link: PeerLink, options: HeldLinkOptions): HeldLink {
    const { key } = link;
    const older = this.#byKey.get(key);
    const held = new HeldLink(link, options);
    this.#byKey.set(key, held);
    older?.hangUp(this.#quitTimeoutMs);
    const remove = () => {
      if (this.#byKey.get(key) === held) this.#byKey.delete(key);
    };
    held.ended.then(remove, remove);
    return held;
  }

  /** Whether a link of a key is held. */
  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Holds the link of a key no longer, if there is one, and returns it. */
  take(key: string): HeldLink | undefined {
    const link = this.#byKey.get(key);
    this.#byKey.delete(key);
    return link;
  }

  /** Hangs up the link of a key, if there is one. */
  hangUp(key: string): void {
    this.take(key)?.hangUp(this.#quitTimeoutMs);
  }

  /** Hangs up all links. */
  async close(): Promise<void> {
    const links = Array.from(this.#byKey.values());
    this.#byKey.clear();
    await Promise.all(links.map((link) => link.hangUp(this.#quitTimeoutMs)));
  }
}
