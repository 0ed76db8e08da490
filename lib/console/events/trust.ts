import { type Address, formatAddress } from "../../net/mod.ts";
import { sanitize } from "../sanitize.ts";
import type { EventTable, PeerEventOf } from "./event_format.ts";
import { lookAlikeNote } from "./look_alike.ts";
import { problem, status } from "./rendering.ts";

/** What is known about keys, and what becomes of that. */
export type TrustEvent =
  | PeerEventOf<
    "keyChanged" | "keyRotated" | "letterRefused" | "lookAlike" | "trusted"
  >
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
  /** The key of this client is replaced, as `/rotate-key` asked. */
  | {
    readonly type: "rotated";
    /** The fingerprint of the new key. */
    readonly fingerprint: string;
    /** Why the identity file does not have it yet, if it has not. */
    readonly unsaved: string | undefined;
  }
  /** The safety number of a client, as `/verify` asked. */
  | {
    readonly type: "safetyNumber";
    readonly clientID: string;
    /** 60 digits in groups of five, which both sides compare. */
    readonly safetyNumber: string;
    /** Whether the user has said that it has been compared. */
    readonly verified: boolean;
  }
  /** A client is marked as verified, as `/verify` with `yes` asked. */
  | {
    readonly type: "verified";
    readonly clientID: string;
    /** The safety number that the user has compared. */
    readonly safetyNumber: string;
  }
  /** A client is marked as verified no longer, as `/unverify` asked. */
  | { readonly type: "unverified"; readonly clientID: string }
  /**
   * The new key of a client or of the registry will be accepted, as `/trust`
   * asked, once it comes.
   */
  | {
    readonly type: "trustedNext";
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
  safetyNumber: {
    fields: ({ clientID, safetyNumber, verified }) => ({
      clientID,
      safetyNumber,
      verified,
    }),
    render: ({ clientID, safetyNumber, verified }) =>
      status(
        compareLine(sanitize(clientID), verified),
        safetyNumberRows(safetyNumber),
      ),
  },
  verified: {
    fields: ({ clientID, safetyNumber }) => ({ clientID, safetyNumber }),
    render: ({ clientID, safetyNumber }) => {
      const name = sanitize(clientID);
      return status(
        `${name} is marked as verified, with this safety number ` +
          `(/unverify ${name} takes it back)`,
        safetyNumberRows(safetyNumber),
      );
    },
  },
  unverified: {
    fields: ({ clientID }) => ({ clientID }),
    render: ({ clientID }) =>
      status(`${sanitize(clientID)} is not marked as verified any more`),
  },
  trusted: {
    fields: ({ name, fingerprint }) => ({ name, fingerprint }),
    render: ({ name, fingerprint }) =>
      status(`accepted the new key of ${sanitize(name)}: ${fingerprint}`),
  },
  trustedNext: {
    fields: ({ name, fingerprint }) => ({ name, fingerprint }),
    render: ({ name, fingerprint }) =>
      status(
        `the key ${fingerprint} of ${sanitize(name)} has not come yet: it is ` +
          "accepted when it comes, and until then the known key is",
      ),
  },
  keyChanged: {
    fields: ({ name, fingerprint, reason }) => ({ name, fingerprint, reason }),
    render: ({ name, reason }) =>
      problem(`${reason}; /trust ${name} <fingerprint> accepts the new key`),
  },
  lookAlike: {
    fields: ({ name, resembles, fingerprint, omitted }) => ({
      name,
      resembles,
      fingerprint,
      omitted,
    }),
    render: (event) => problem(lookAlikeLine(event)),
  },
  rotated: {
    fields: ({ fingerprint, unsaved }) => ({ fingerprint, unsaved }),
    render: ({ fingerprint, unsaved }) =>
      status(
        `your new key is ${fingerprint}; your contacts take it when they are ` +
          "reached, and your safety numbers have changed" +
          (unsaved === undefined ? "" : `; ${unsaved}: the next start tries ` +
            "again, and until then only store.db has the key"),
      ),
  },
  keyRotated: {
    fields: ({ name, fingerprint, wasVerified }) => ({
      name,
      fingerprint,
      wasVerified,
    }),
    render: ({ name, fingerprint, wasVerified }) =>
      status(
        `${name} has a new key, signed by the old one: ${fingerprint}` +
          (wasVerified ? `; it is not verified: /verify ${name}` : ""),
      ),
  },
  letterRefused: {
    fields: ({ from, fingerprint, reason }) => ({ from, fingerprint, reason }),
    render: ({ from, fingerprint, reason }) =>
      problem(`refused a letter from ${from} (${fingerprint}): ${reason}`),
  },
};

function compareLine(name: string, verified: boolean): string {
  const then = verified
    ? `${name} is marked as verified already`
    : `If they are the same, /verify ${name} yes marks ${name} as verified`;
  return `compare this safety number with the one that ${name} sees, by voice ` +
    `or in person. ${then}; if they differ, the connection is intercepted: ` +
    "send nothing more";
}

function lookAlikeLine(
  { name, resembles, fingerprint, omitted }: PeerEventOf<"lookAlike">,
): string {
  const who = fingerprint === undefined ? name : `${name} (${fingerprint})`;
  return `${who} is new${lookAlikeNote(resembles)}` +
    (omitted === undefined ? "" : ` (${omitted} earlier ones are not shown)`);
}

/** A safety number in rows of four groups. */
function safetyNumberRows(safetyNumber: string): string[] {
  return safetyNumber.match(/(?:\d{5} ?){4}/g)?.map((row) => row.trim()) ?? [];
}
