import { type Address, formatAddress } from "../../net/mod.ts";
import type { Client } from "../../peer/mod.ts";
import { sanitize } from "../sanitize.ts";
import { clientFields } from "./json_fields.ts";
import type { EventTable, PeerEventOf } from "./event_format.ts";
import { problem, status } from "./rendering.ts";

/** What the registry answers, and what happens to the registration. */
export type RegistryEvent =
  | PeerEventOf<"registryLost" | "registryBack">
  /** The registry has registered this client. */
  | {
    readonly type: "registered";
    readonly clientID: string;
    readonly registry: Address;
    /** Whether that was in plain. */
    readonly plain: boolean;
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
    fields: ({ clientID, registry, plain }) => ({
      clientID,
      registry: formatAddress(registry),
      plain: plain || undefined,
    }),
    render: ({ clientID, registry, plain }) =>
      status(
        `registered as ${clientID} ` +
          `with the registry at ${formatAddress(registry)}` +
          (plain
            ? ", which only speaks the plain protocol: not encrypted"
            : ""),
      ),
  },
  clients: {
    fields: ({ clients }) => ({ clients: clients.map(clientFields) }),
    render: ({ clients }) =>
      status(
        clients.length === 0
          ? "no clients are registered"
          : "registered clients:",
        clients.map(({ clientID, candidates: [{ address }], key }) =>
          sanitize(`${clientID} ${formatAddress(address)}`) +
          (key === undefined ? " (not encrypted)" : "")
        ),
      ),
  },
  bridged: {
    fields: ({ client }) => clientFields(client),
    render: ({ client: { clientID, candidates: [{ address }] } }) =>
      status(
        sanitize(`${clientID} is at ${formatAddress(address)}`) +
          "; /chat starts a conversation",
      ),
  },
  nobody: {
    fields: ({ target }) => ({ target }),
    render: ({ target }) =>
      status(
        target === undefined
          ? "no other client is registered"
          : `${sanitize(target)} is not registered`,
      ),
  },
  registryLost: {
    fields: ({ registry, reason, final }) => ({
      registry: formatAddress(registry),
      reason,
      final,
    }),
    render: ({ registry, reason, final }) => {
      const where = `the registry at ${formatAddress(registry)}`;
      return problem(
        final
          ? `the registration with ${where} ended: ${reason}; ` +
            "/register registers again"
          : `the connection to ${where} was lost: ${reason}; reconnecting`,
      );
    },
  },
  registryBack: {
    fields: ({ registry }) => ({ registry: formatAddress(registry) }),
    render: ({ registry }) =>
      status(
        `registered again with the registry at ${formatAddress(registry)}`,
      ),
  },
};
