import { type Address, formatAddress } from "../../net/mod.ts";
import { sanitize } from "../sanitize.ts";
import type { EventTable, PeerEventOf } from "./event_format.ts";
import { problem, status } from "./rendering.ts";

/** What is known about keys, and what becomes of that. */
export type TrustEvent =
  | PeerEventOf<"keyChanged" | "letterRefused">
  /** The identity of this client, as `/whoami` asked. */
  | {
    readonly type: "whoami";
    readonly clientID: string;
    readonly fingerprint: string;
    readonly address: Address;
    readonly registry: Address;
    /** The fingerprint of the registry's key, once it is known. */
    readonly registryKey: string | undefined;
  }
  /** A client is marked as verified, as `/verify` asked. */
  | {
    readonly type: "verified";
    readonly clientID: string;
    /** 60 digits in groups of five, which both sides compare. */
    readonly safetyNumber: string;
  }
  /** The new key of a client or of the registry is accepted, as `/trust` asked. */
  | {
    readonly type: "trusted";
    readonly name: string;
    readonly fingerprint: string;
  };

/** How these events are written. */
export const TRUST_EVENTS: EventTable<TrustEvent> = {
  whoami: {
    fields: ({ clientID, fingerprint, address, registry, registryKey }) => ({
      clientID,
      fingerprint,
      address: formatAddress(address),
      registry: formatAddress(registry),
      registryKey,
    }),
    render: ({ clientID, fingerprint, address, registry, registryKey }) =>
      status(`you are ${clientID}`, [
        `fingerprint ${fingerprint}`,
        `listening on ${formatAddress(address)}`,
        `registry ${formatAddress(registry)}` +
        (registryKey ? `, fingerprint ${registryKey}` : ""),
      ]),
  },
  verified: {
    fields: ({ clientID, safetyNumber }) => ({ clientID, safetyNumber }),
    render: ({ clientID, safetyNumber }) =>
      status(verifiedLine(sanitize(clientID)), safetyNumberRows(safetyNumber)),
  },
  trusted: {
    fields: ({ name, fingerprint }) => ({ name, fingerprint }),
    render: ({ name, fingerprint }) =>
      status(`accepted the new key of ${sanitize(name)}: ${fingerprint}`),
  },
  keyChanged: {
    fields: ({ name, fingerprint, reason }) => ({ name, fingerprint, reason }),
    render: ({ name, reason }) =>
      problem(`${reason}; /trust ${name} accepts the new key`),
  },
  letterRefused: {
    fields: ({ from, fingerprint, reason }) => ({ from, fingerprint, reason }),
    render: ({ from, fingerprint, reason }) =>
      problem(`refused a letter from ${from} (${fingerprint}): ${reason}`),
  },
};

function verifiedLine(name: string): string {
  return `${name} is marked as verified. Compare this safety number with the ` +
    `one that ${name} sees, by voice or in person. If they differ, the ` +
    "connection is intercepted: send nothing more";
}

/** A safety number in rows of four groups. */
function safetyNumberRows(safetyNumber: string): string[] {
  return safetyNumber.match(/(?:\d{5} ?){4}/g)?.map((row) => row.trim()) ?? [];
}
