import { formatAddress } from "../../net/mod.ts";
import { PlainConversation } from "./conversation.ts";
import { PeerError } from "../errors.ts";
import type { Party, PeerEvent } from "../events.ts";
import type { PeerTimings } from "../timings.ts";
import type { PlainLink } from "./link.ts";

/** The open conversations over plain links, each under a name of its own. */
export class PlainConversations {
  readonly #open = new Set<PlainConversation>();
  readonly #timings: PeerTimings;
  readonly #onEvent: (event: PeerEvent) => void;
  readonly #isReserved: (name: string) => boolean;

  /**
   * Has no conversation at first.
   *
   * @param timings How long to wait for what.
   * @param onEvent Receives what happens in them.
   * @param isReserved Whether a name belongs to a client whose key is known: a
   * plain peer must not pass for it.
   */
  constructor(
    timings: PeerTimings,
    onEvent: (event: PeerEvent) => void,
    isReserved: (name: string) => boolean,
  ) {
    this.#timings = timings;
    this.#onEvent = onEvent;
    this.#isReserved = isReserved;
  }

  /** The peers that they are with, in the order in which they were opened. */
  get parties(): readonly Party[] {
    return Array.from(this.#open).flatMap(({ party }) => party ?? []);
  }

  /** Begins one over a link; it gives no event before it is announced. */
  begin(link: PlainLink): PlainConversation {
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

  /** Gives the event that one is open, unless it has ended meanwhile. */
  announce(conversation: PlainConversation, party: Party): Party {
    const named = { ...party, name: this.uniqueName(party.name) };
    if (this.#open.has(conversation)) conversation.announce(named);
    return named;
  }

  /** The one with that name, or with that address. */
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

  /** A name that is not in use: `name`, or that with `~` and a number. */
  uniqueName(name: string): string {
    let unique = name;
    // No client ID contains a tilde, so no peer can choose such a name.
    const isUsed = (name: string) =>
      this.#isReserved(name) || this.find(name) !== undefined;
    for (let n = 2; isUsed(unique); n++) {
      unique = `${name}~${n}`;
    }
    return unique;
  }

  /** Sends QUIT on all of them and closes. */
  async hangUp(): Promise<void> {
    await Promise.all(Array.from(this.#open, (open) => open.hangUp()));
  }
}
