import { formatAddress } from "../../net/mod.ts";
import type { NamedStranger } from "../../peer/mod.ts";
import { sanitize } from "../sanitize.ts";
import type { EventTable, PeerEventOf } from "./event_format.ts";
import { fromPeer, status } from "./rendering.ts";

/** What strangers want, and what the user decides. */
export type StrangerEvent =
  | PeerEventOf<"request" | "accepted">
  /** The strangers who wait for a decision, as `/accept` asked. */
  | {
    readonly type: "requests";
    readonly strangers: readonly NamedStranger[];
  }
  /** A stranger is declined, as `/decline` asked. */
  | ({ readonly type: "declined" } & NamedStranger);

/** How these events are written. */
export const STRANGER_EVENTS: EventTable<StrangerEvent> = {
  request: {
    fields: ({ name, fingerprint, address, omitted }) => ({
      name,
      fingerprint,
      address: address && formatAddress(address),
      omitted,
    }),
    render: ({ name, fingerprint, omitted }) =>
      fromPeer(
        requestLine({ name, fingerprint }) + (omitted === undefined
          ? ""
          : ` (earlier ones that are not shown: ${omitted}; /accept lists all)`),
      ),
  },
  requests: {
    fields: ({ strangers }) => ({ strangers }),
    render: ({ strangers }) =>
      status(
        strangers.length === 0 ? "no strangers want to talk" : "strangers:",
        strangers.map(requestLine),
      ),
  },
  accepted: {
    fields: ({ name, fingerprint }) => ({ name, fingerprint }),
    render: ({ name, fingerprint }) =>
      status(`accepted ${sanitize(name)} (${fingerprint})`),
  },
  declined: {
    fields: ({ name, fingerprint }) => ({ name, fingerprint }),
    render: ({ name, fingerprint }) =>
      status(
        `declined ${sanitize(name)} (${fingerprint}), who may ask again ` +
          "tomorrow",
      ),
  },
};

function requestLine({ name, fingerprint }: NamedStranger): string {
  const who = sanitize(name);
  return `${who} (${fingerprint}) wants to talk: ` +
    `/accept ${who}, /decline ${who}`;
}
