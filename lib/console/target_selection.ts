import type { Party, Peer, PeerEvent } from "../peer/mod.ts";
import { isClientID } from "../protocol/mod.ts";

/** The client that messages go to, unless a command names another. */
export type Target = Pick<Party, "name" | "protection">;

/** Chooses the target: what the user selected, else what can only be meant. */
export class TargetSelection {
  /** The name selected with `/to` or `/chat`, or by the first message sent. */
  #selected: string | undefined;
  /** The client ID, proved by its key, that the last message came from. */
  #lastSender: string | undefined;

  /** Selects a client ID or the name of a conversation; undefined selects none. */
  select(name: string | undefined): void {
    this.#selected = name;
  }

  /** Selects a name, unless one is selected. */
  selectIfNone(name: string): void {
    this.#selected ??= name;
  }

  /** Follows a conversation that gets another name or ends. */
  follow(event: PeerEvent): void {
    if (event.type === "message" && event.id !== undefined) {
      this.#lastSender = event.from.name;
    } else if (event.type === "named" && this.#selected === event.was) {
      this.#selected = event.party.name;
    } else if (event.type === "disconnected") {
      const { name, protection } = event.party;
      // Nothing can be stored for a client in plain.
      const isGone = protection === "unencrypted" && this.#selected === name;
      if (isGone) this.#selected = undefined;
    }
  }

  /**
   * The target: the selected name, connected or not; else the only
   * conversation; else, if there is none, the last sender.
   */
  resolve(
    { parties, protectionOf }: {
      readonly parties: readonly Party[];
      readonly protectionOf: Peer["protectionOf"];
    },
  ): Target | undefined {
    const selected = this.#selected;
    const party = parties.find(({ name }) => name === selected);
    if (party !== undefined) return party;
    const absent = selected ??
      (parties.length === 0 ? this.#lastSender : undefined);
    if (absent !== undefined && isClientID(absent)) {
      return { name: absent, protection: protectionOf(absent) };
    }
    return parties.length === 1 ? parties[0] : undefined;
  }
}
