import {
  type Party,
  type Peer,
  PeerError,
  type PeerEvent,
} from "../peer/mod.ts";
import { isClientID } from "../protocol/mod.ts";

/** The client that messages go to, unless a command names another. */
export type Target = Pick<Party, "name" | "protection">;

/** What is selected. */
export interface Selection {
  /** The name of the conversation or client; undefined if there is none. */
  readonly name: string | undefined;
  /** The conversation in plaintext that was selected, and has ended. */
  readonly ended: string | undefined;
}

/** Where a line goes: fixed when the user begins to type it. */
export type LineTarget = Selection & Disposable;

/** What is selected, as it follows a conversation. */
type FollowedSelection = { -readonly [K in keyof Selection]: Selection[K] };

/**
 * The target: what the user has selected, or else what came first: the first
 * conversation, or the first sender of a letter. Nothing that another client
 * does replaces one target by another.
 */
export class TargetSelection {
  #selected: FollowedSelection = { name: undefined, ended: undefined };
  /** Whether there has been a target: then only the user selects one. */
  #hasBegun = false;
  /** The targets of lines that are being typed, or wait to be executed. */
  readonly #held = new Set<FollowedSelection>();

  /** The target now. */
  get current(): Selection {
    return this.#selected;
  }

  /** Selects a client ID or the name of a conversation; undefined selects none. */
  select(name: string | undefined): void {
    this.#hasBegun = true;
    this.#selected = { name, ended: undefined };
  }

  /** Selects a name, unless one is selected. */
  selectIfNone(name: string): void {
    if (this.#selected.name === undefined) this.select(name);
  }

  /**
   * Fixes the target for a line, until it has been executed: it stays what it is
   * when another is selected, and becomes none when it ends.
   */
  hold(): LineTarget {
    const held = { ...this.#selected };
    this.#held.add(held);
    return {
      get name() {
        return held.name;
      },
      get ended() {
        return held.ended;
      },
      [Symbol.dispose]: () => {
        this.#held.delete(held);
      },
    };
  }

  /** Follows a conversation that begins, gets another name or ends. */
  follow(event: PeerEvent): void {
    if (event.type === "connected") this.#begin(event.party.name);
    else if (event.type === "message") {
      // Without an ID it came in plaintext: from a conversation.
      if (event.id !== undefined) this.#begin(event.from.name);
    } else if (event.type === "named") {
      const { was, party: { name } } = event;
      for (const held of this.#named(was)) held.name = name;
    } else if (event.type === "disconnected") {
      const { name, protection } = event.party;
      // Nothing can be stored for a client in plain.
      if (protection !== "unencrypted") return;
      for (const held of this.#named(name)) {
        Object.assign(held, { name: undefined, ended: name });
      }
    }
  }

  #begin(name: string): void {
    if (!this.#hasBegun) this.select(name);
  }

  #named(name: string): FollowedSelection[] {
    return [this.#selected, ...this.#held].filter((held) => held.name === name);
  }
}

/** What a target is called, and how it is protected; undefined if it is none. */
export function describeTarget(
  { name }: Pick<Selection, "name">,
  { parties, protectionOf }: {
    readonly parties: readonly Party[];
    readonly protectionOf: Peer["keys"]["protectionOf"];
  },
): Target | undefined {
  if (name === undefined) return undefined;
  const party = parties.find((party) => party.name === name);
  if (party !== undefined) return party;
  return isClientID(name)
    ? { name, protection: protectionOf(name) }
    : undefined;
}

/**
 * The name that a message goes to which names no client itself.
 *
 * @throws {PeerError} If it goes to none, with a sentence that says why.
 */
export function recipientOf(
  { name, ended }: Selection,
  parties: readonly Party[],
): string {
  if (name !== undefined) return name;
  throw new PeerError(
    `message not sent: ${
      ended === undefined
        ? noTarget(parties.length)
        : `the conversation with ${ended} has ended (/to <clientID> selects ` +
          "another client)"
    }`,
  );
}

/** Why a message goes to none, when so many conversations are open. */
function noTarget(conversations: number): string {
  switch (conversations) {
    case 0:
      return "no conversation is open (/chat <clientID> starts one, " +
        "/to <clientID> selects a client, also one that is offline)";
    case 1:
      return "no client was selected (/to <clientID> selects one, /peers lists " +
        "the open conversation)";
    default:
      return "several conversations are open (/to <clientID> selects one, " +
        "/peers lists them)";
  }
}
