import { concat, MAX_BODY, Message } from "../../framing/mod.ts";
import { RegistryError } from "../errors.ts";
import type { Letter } from "../store/mod.ts";

/** What the methods of the mailbox work on (PROTOCOL.md, "Mailbox"). */
export interface MailHost {
  /** The key that has claimed an ID. */
  owner(clientID: string): string | undefined;
  /**
   * Leaves a letter for the owner of a key, and tells them if they are online.
   *
   * @throws {RegistryError} If there is no room for it.
   */
  deposit(clientID: string, key: string, sealed: Uint8Array): void;
  /** The letters for a key, as many as fit into a number of bytes. */
  collect(key: string, maxBytes: number): Letter[];
  /** Removes the letters for a key, up to a number. */
  drop(key: string, upTo: number): void;
}

/**
 * DEPOSIT: a letter for whoever owns an ID, sealed to the key that is named.
 *
 * @throws {RegistryError} If that key does not own the ID, or there is no room.
 */
export function deposit(
  host: MailHost,
  target: string,
  request: Message,
): Message {
  const key = request.get("Key");
  const owner = host.owner(target);
  if (owner === undefined) {
    throw new RegistryError(404, `${target} is not known`);
  }
  if (owner !== key) {
    throw new RegistryError(409, `${target} does not have that key`);
  }
  if (request.body.length === 0) throw new RegistryError(400, "no letter");
  host.deposit(target, key, request.body);
  return new Message("DEPOSITACK");
}

/**
 * COLLECT: removes the letters that the client has, up to the number `Done`,
 * and gives it the next ones, one behind the other, their lengths in `Letters`.
 *
 * @throws {RegistryError} If `Done` is not a number.
 */
export function collect(
  host: MailHost,
  key: string,
  request: Message,
): Message {
  const done = request.get("Done");
  if (done !== undefined) {
    if (!/^[0-9]{1,15}$/.test(done)) {
      throw new RegistryError(400, "Done is not a number");
    }
    host.drop(key, Number(done));
  }
  const letters = host.collect(key, MAX_BODY);
  const last = letters.at(-1);
  if (last === undefined) return new Message("COLLECTACK");
  const lengths = letters.map(({ sealed }) => sealed.length);
  const body = concat(...letters.map(({ sealed }) => sealed));
  return new Message("COLLECTACK", [
    ["Letters", lengths.join(",")],
    ["Last", String(last.number)],
  ], body);
}
