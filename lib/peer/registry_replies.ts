import { isClientID, type Message, parseAddress } from "../framing/mod.ts";
import { PeerError } from "./errors.ts";
import type { Client } from "./events.ts";
import type { Letters } from "./registry_client.ts";

/**
 * The clients that an INFOACK lists.
 *
 * @throws {PeerError} If it is none.
 */
export function clientsIn(reply: Message): Client[] {
  return reply.text().split("\r\n").filter((line) => line !== "")
    .map((line) => {
      const [clientID, address = "", key] = line.split(" ");
      return clientOf(clientID, address, key === "-" ? undefined : key);
    });
}

/** The letters in a COLLECTACK: one behind the other, their lengths in front. */
export function lettersIn(reply: Message): Letters {
  const last = reply.get("Last");
  if (last === undefined) return { sealed: [], last };
  const lengths = (reply.get("Letters") ?? "").split(",").map(Number);
  let at = 0;
  const sealed = lengths.map((length) => reply.body.subarray(at, at += length));
  return { sealed, last };
}

/**
 * A client as the registry names it.
 *
 * @throws {PeerError} If it does not.
 */
export function clientOf(
  clientID: string,
  address: string,
  key: string | undefined,
): Client {
  const keyed = key === undefined || /^[A-Za-z0-9+/]{43}=$/.test(key);
  if (isClientID(clientID) && keyed) {
    try {
      return { clientID, address: parseAddress(address), key };
    } catch {
      // The sentence below says it all.
    }
  }
  throw new PeerError("the registry's answer is not one of this protocol");
}
