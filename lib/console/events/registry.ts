import { type Address, formatAddress } from "../../net/mod.ts";
import type { Client } from "../../peer/mod.ts";
import { sanitize } from "../sanitize.ts";
import { clientFields } from "./fields.ts";
import {
  type EventTable,
  type PeerEventOf,
  problem,
  status,
} from "./format.ts";

/** What the registry answers, and what happens to the registration. */
export type RegistryEvent =
  | PeerEventOf<"registryLost" | "registryBack">
  /** The registry has registered this client. */
  | {
    readonly type: "registered";
    readonly clientID: string;
    readonly registry: Address;
  }
  /** The registered clients, as `/info` asked. */
  | { readonly type: "clients"; readonly clients: readonly Client[] }
  /** The address of a client, as `/bridge` asked. */
  | { readonly type: "bridged"; readonly client: Client }
  /** There is no such client, or no other, as `/bridge` asked. */
  | { readonly type: "nobody"; readonly target: string | undefined };

/** How these events are written. */
export const REGISTRY_EVENTS: EventTable<RegistryEvent> = {
  registered: {
    fields: ({ clientID, registry }) => ({
      clientID,
      registry: formatAddress(registry),
    }),
    render: ({ clientID, registry }) =>
      status(
        `registered as ${clientID} ` +
          `with the registry at ${formatAddress(registry)}`,
      ),
  },
  clients: {
    fields: ({ clients }) => ({ clients: clients.map(clientFields) }),
    render: ({ clients }) =>
      status(
        clients.length === 0 ? "nobody is registered" : "registered:",
        clients.map(({ clientID, candidates: [{ address }], key }) =>
          sanitize(`${clientID} ${formatAddress(address)}`) +
          (key === undefined ? ", not encrypted" : "")
        ),
      ),
  },
  bridged: {
    fields: ({ client }) => clientFields(client),
    render: ({ client: { clientID, candidates: [{ address }] } }) =>
      status(
        sanitize(`${clientID} is at ${formatAddress(address)}`) +
          ": /chat talks to them",
      ),
  },
  nobody: {
    fields: ({ target }) => ({ target }),
    render: ({ target }) =>
      status(
        target === undefined
          ? "nobody else is registered"
          : `no ${sanitize(target)} is registered`,
      ),
  },
  registryLost: {
    fields: ({ registry, reason, final }) => ({
      registry: formatAddress(registry),
      reason,
      final,
    }),
    render: ({ registry, reason, final }) =>
      problem(
        `the registry at ${formatAddress(registry)} is lost: ${reason}` +
          (final ? "; /register registers again" : "; trying until it is back"),
      ),
  },
  registryBack: {
    fields: ({ registry }) => ({ registry: formatAddress(registry) }),
    render: ({ registry }) =>
      status(
        `registered again with the registry at ${formatAddress(registry)}`,
      ),
  },
};
