import { fingerprintOf, isRotated } from "../../secure/mod.ts";
import type { PeerEvent } from "../events.ts";
import type { Store } from "../store/mod.ts";
import type { OwnKeys } from "./own_keys.ts";
import { dayOf } from "./quotas.ts";

/** How often a client's key is replaced in a day: each time takes room. */
const MAX_ROTATIONS_PER_DAY = 8;

/** A client that presents statements about its key. */
export interface PresentedRotation {
  /** The client ID. */
  readonly clientID: string;
  /** The key that it has proved, in base64. */
  readonly key: string;
  /** The sealed statements, the oldest first. */
  readonly rotations: readonly Uint8Array[];
}

/** What {@linkcode Rotations} work with. */
export interface RotationsOptions {
  /** The keys of this peer, to which statements are sealed. */
  readonly ownKeys: OwnKeys;
  /** Where pins, blocks, former keys and the counts of a day are. */
  readonly store: Pick<
    Store,
    "pins" | "blocked" | "formerKeys" | "dailyTotals"
  >;
  /** Receives `keyRotated`. */
  readonly onEvent: (event: PeerEvent) => void;
}

/** Takes the new keys of other clients (PROTOCOL.md, "Key rotation"). */
export class Rotations {
  readonly #options: RotationsOptions;

  /** Takes nothing before a client presents something. */
  constructor(options: RotationsOptions) {
    this.#options = options;
  }

  /**
   * Takes the key that a client has proved in the place of the one by which it is
   * known, if statements of that one lead to it. The new key is not verified; the
   * client stays accepted, or blocked.
   *
   * @param now The time, in ms since the epoch.
   * @returns Whether the key was replaced.
   * @throws {StorageError} If that could not be stored: nothing has changed.
   */
  take(
    { clientID: name, key, rotations }: PresentedRotation,
    now: number,
  ): boolean {
    if (rotations.length === 0) return false;
    const { store, ownKeys } = this.#options;
    const { formerKeys, pins, blocked, dailyTotals } = store;
    const pin = pins.get(name);
    if (pin?.key === key || formerKeys.has(name, key)) return false;
    const recipients = [ownKeys.current, ...ownKeys.retired];
    const fromKey = this.#knownKeys(name).find((fromKey) =>
      isRotated(recipients, rotations, {
        clientID: name,
        fromKey,
        toKey: key,
      })
    );
    if (fromKey === undefined) return false;
    // A client that the user has accepted cannot hand that to a blocked one.
    if (blocked.has(key) && !blocked.has(fromKey)) return false;
    const counted = `rotations of ${name}`;
    const { messages: count } = dailyTotals.get(counted, dayOf(now));
    if (count >= MAX_ROTATIONS_PER_DAY) return false;
    dailyTotals.add(counted, dayOf(now), { messages: 1, bytes: 0 });
    formerKeys.replace({ name, fromKey, toKey: key });
    ownKeys.renamed(fromKey, key);
    if (!blocked.has(key)) {
      const fingerprint = fingerprintOf(key);
      const wasVerified = pin?.verified ?? false;
      this.#options.onEvent({
        type: "keyRotated",
        name,
        fingerprint,
        wasVerified,
      });
    }
    return true;
  }

  /** The keys by which a client is known: pinned, or blocked unpinned. */
  #knownKeys(name: string): string[] {
    const { pins, blocked } = this.#options.store;
    const pin = pins.get(name);
    if (pin !== undefined) return [pin.key];
    return blocked.list().filter((client) => client.name === name)
      .map(({ key }) => key);
  }
}
