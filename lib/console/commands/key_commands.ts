import { formatAddress } from "../../net/mod.ts";
import { PeerError } from "../../peer/mod.ts";
import type { Command } from "./command.ts";

/** The commands about who somebody is. */
export const KEY_COMMANDS: readonly Command[] = [
  {
    name: "/whoami",
    usage: "/whoami",
    help: "show who you are: your client ID and the fingerprint of your key",
    run({ peer, emit }) {
      const { clientID, fingerprint, address, registry, registryKey } = peer;
      emit({
        type: "whoami",
        clientID,
        fingerprint,
        address,
        registry,
        registryKey,
      });
    },
  },
  {
    name: "/verify",
    usage: "/verify <clientID>",
    help: "show the number to compare with somebody, and mark them verified",
    takesClient: true,
    run({ peer, emit }, clientID) {
      const safetyNumber = peer.verify(clientID);
      emit({ type: "verified", clientID, safetyNumber });
    },
  },
  {
    name: "/trust",
    usage: "/trust <clientID | IP:PORT> [fingerprint]",
    help: "accept the new key of a client, or of the registry",
    takesClient: true,
    takesWords: true,
    async run({ peer, emit }, argument) {
      const [name = "", print, ...more] = argument.split(/\s+/);
      if (more.length > 0) {
        throw new PeerError(
          "it is used like this: /trust <clientID | IP:PORT> [fingerprint]",
        );
      }
      emit({ type: "trusted", name, fingerprint: peer.trust(name, print) });
      const { clientID, registry } = peer;
      if (name !== formatAddress(registry)) return;
      await peer.register();
      emit({ type: "registered", clientID, registry });
    },
  },
];
