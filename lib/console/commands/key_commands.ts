import { formatAddress } from "../../net/mod.ts";
import { PeerError } from "../../peer/mod.ts";
import type { Command } from "./command.ts";

/** The commands about identities and keys. */
export const KEY_COMMANDS: readonly Command[] = [
  {
    name: "/whoami",
    usage: "/whoami",
    help: "show your client ID and your key's fingerprint",
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
    help: "show the safety number, and mark as verified",
    takesClient: true,
    run({ peer, emit }, clientID) {
      const safetyNumber = peer.verify(clientID);
      emit({ type: "verified", clientID, safetyNumber });
    },
  },
  {
    name: "/trust",
    usage: "/trust <clientID | HOST:PORT> [fingerprint]",
    help: "accept the new key of a client or the registry",
    takesClient: true,
    takesWords: true,
    async run({ peer, emit }, argument) {
      const [name = "", print, ...more] = argument.split(/\s+/);
      if (more.length > 0) {
        throw new PeerError(
          "usage: /trust <clientID | HOST:PORT> [fingerprint]",
        );
      }
      emit({ type: "trusted", name, fingerprint: peer.trust(name, print) });
      const { clientID, registry } = peer;
      if (name !== formatAddress(registry)) return;
      await peer.register();
      emit({ type: "registered", clientID, registry, plain: false });
    },
  },
];
