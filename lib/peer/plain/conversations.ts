import { formatAddress } from "../../net/mod.ts";
import { PlainConversation } from "./conversation.ts";
import { PeerError } from "../errors.ts";
import type { Party, PeerEvent } from "../events.ts";
import type { PeerTimings } from "../timings.ts";
import type { Link } from "./text_link.ts";

/** The conversations in plain that are open, each under a name that no other has. */
export class PlainConversations {
  readonly #open = new Set<PlainConversation>();
  readonly #timings: PeerTimings;
  readonly #onEvent: (event: PeerEvent) => void;
  readonly #isTaken: (name: string) => boolean;

  /**
   * Tells of what happens in them.
   *
   * @param isTaken Whether a name is that of somebody with a key, whom nobody
   * in plain may pass for.
   */
  constructor(
    timings: PeerTimings,
    onEvent: (event: PeerEvent) => void,
    isTaken: (name: string) => boolean,
  ) {
    this.#timings = timings;
    this.#onEvent = onEvent;
    this.#isTaken = isTaken;
  }

  /** Who they are with, in the order that they came. */
  get parties(): readonly Party[] {
    return Array.from(this.#open).flatMap(({ party }) => party ?? []);
  }

  /** Begins one over a link; nothing is told of it before it is announced. */
  begin(link: Link): PlainConversation {
    const conversation = new PlainConversation(
      link,
      this.#timings,
      this.#onEvent,
    );
    this.#open.add(conversation);
    conversation.ended.then((reason) => {
      this.#open.delete(conversation);
      const { party } = conversation;
      if (party) this.#onEvent({ type: "disconnected", party, reason });
    });
    return conversation;
  }

  /** Says that one is open, and with whom, if it has not ended meanwhile. */
  announce(conversation: PlainConversation, party: Party): Party {
    const named = { ...party, name: this.unused(party.name) };
    if (this.#open.has(conversation)) conversation.announce(named);
    return named;
  }

  /** The one of that name, or with that address. */
  find(name: string | undefined): PlainConversation | undefined {
    const open = Array.from(this.#open);
    return open.find(({ party }) => party?.name === name) ??
      open.find(({ party }) =>
        party !== undefined && formatAddress(party.address) === name
      );
  }

  /**
   * The same.
   *
   * @throws {PeerError} If there is none.
   */
  get(name: string): PlainConversation {
    const conversation = this.find(name);
    if (conversation !== undefined) return conversation;
    throw new PeerError(`no conversation with ${name} is open`);
  }

  /** A name that none of them has, for one that would be `name`. */
  unused(name: string): string {
    let unused = name;
    // No client ID holds a tilde, so nobody can choose to be called that.
    const isUsed = (name: string) =>
      this.#isTaken(name) || this.find(name) !== undefined;
    for (let n = 2; isUsed(unused); n++) {
      unused = `${name}~${n}`;
    }
    return unused;
  }

  /** Ends all of them politely. */
  async hangUp(): Promise<void> {
    await Promise.all(Array.from(this.#open, (open) => open.hangUp()));
  }
}
