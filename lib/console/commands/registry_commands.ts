import {
  KeyChangedError,
  type Peer,
  PeerError,
  PlainOnlyError,
  RefusedError,
} from "../../peer/mod.ts";
import type { Command } from "./command.ts";

/** The commands that ask the registry. */
export const REGISTRY_COMMANDS: readonly Command[] = [
  {
    name: "/register",
    usage: "/register",
    help: "register with the registry",
    async run({ peer, emit }) {
      await register(peer);
      const { clientID, registry } = peer;
      emit({ type: "registered", clientID, registry });
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
      !(error instanceof RefusedError || error instanceof KeyChangedError ||
        error instanceof PlainOnlyError);
    if (!isAway) throw error;
    // The client does itself what a registry that is full advises.
    const reason = error.message.replace(/: try again later$/, "");
    throw new PeerError(`${reason}; retrying until it can be reached`);
  }
}
