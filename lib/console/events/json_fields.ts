import { formatAddress } from "../../net/mod.ts";
import type { Client, Incoming, Outgoing, Party } from "../../peer/mod.ts";

/** The fields of a JSON object; those that are undefined are left out. */
export type Fields = Record<string, unknown>;

/** The JSON fields of a client that the registry knows. */
export function clientFields({ clientID, candidates, key }: Client): Fields {
  return { clientID, address: formatAddress(candidates[0].address), key };
}

/** The JSON fields of a conversation. */
export function partyFields(party: Party): Fields {
  const { name, direction, protection, broken } = party;
  const address = formatAddress(party.address);
  return { name, address, direction, protection, broken };
}

/** The JSON fields of a message in the store. */
export function messageFields(message: Incoming | Outgoing): Fields {
  const { direction, peer, id, text } = message;
  const time = isoTime(message.time);
  const state = message.direction === "out" ? message.state : undefined;
  return { direction, peer, id, time, text, state };
}

/** A time in ms since the epoch as ISO 8601, in UTC. */
export function isoTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
