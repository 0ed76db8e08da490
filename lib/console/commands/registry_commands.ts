import {
  KeyChangedError,
  KnownRegistryError,
  NotARegistryError,
  type Peer,
  PeerError,
  PlainOnlyError,
  RefusedError,
} from "../../peer/mod.ts";
import { RetryingError } from "../retrying_error.ts";
import type { Command } from "./command.ts";

/** The errors after which another REGISTER would fail, too. */
const FINAL_ERRORS = [
  KeyChangedError,
  KnownRegistryError,
  NotARegistryError,
  PlainOnlyError,
  RefusedError,
];

/** The commands that ask the registry. */
export const REGISTRY_COMMANDS: readonly Command[] = [
  {
    name: "/register",
    usage: "/register",
    help: "register with the registry",
    async run({ peer, emit }) {
      await register(peer);
      const { clientID, registry, isRegistryPlain: plain } = peer;
      emit({ type: "registered", clientID, registry, plain });
    },
  },
  {
    name: "/info",
    usage: "/info",
    help: "list the registered clients",
    async run({ peer, emit }) {
      emit({ type: "clients", clients: await peer.info() });
    },
  },
  {
    name: "/bridge",
    usage: "/bridge [clientID]",
    help: "look up a client, or any other client",
    takesClient: true,
    async run({ peer, emit }, argument) {
      const target = argument === "" ? undefined : argument;
      const client = await peer.bridge(target);
      if (client === undefined) emit({ type: "nobody", target });
      else emit({ type: "bridged", client });
    },
  },
];

/**
 * Registers. If the registry cannot be reached, the peer goes on trying.
 *
 * @throws {PeerError} If the registry refuses or cannot be asked now.
 */
async function register(peer: Peer): Promise<void> {
  try {
    await peer.register();
  } catch (error) {
    const isAway = error instanceof PeerError &&
      !FINAL_ERRORS.some((final) => error instanceof final);
    throw isAway ? new RetryingError(error) : error;
  }
}
