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
    usage: "/verify <clientID> [yes]",
    help: "show the safety number; yes: it has been compared",
    takesClient: true,
    takesWords: true,
    run({ peer, emit }, argument) {
      const [clientID = "", yes, ...more] = argument.split(/\s+/);
      if (more.length > 0 || yes !== undefined && yes !== "yes") {
        throw new PeerError("usage: /verify <clientID> [yes]");
      }
      if (yes !== undefined) {
        const safetyNumber = peer.keys.verify(clientID);
        return emit({ type: "verified", clientID, safetyNumber });
      }
      const safetyNumber = peer.keys.safetyNumber(clientID);
      const verified = peer.keys.protectionOf(clientID) === "verified";
      emit({ type: "safetyNumber", clientID, safetyNumber, verified });
    },
  },
  {
    name: "/unverify",
    usage: "/unverify <clientID>",
    help: "mark a client as verified no longer",
    takesClient: true,
    run({ peer, emit }, clientID) {
      peer.keys.unverify(clientID);
      emit({ type: "unverified", clientID });
    },
  },
  {
    name: "/rotate-key",
    usage: "/rotate-key",
    help: "replace your key; your contacts take the new one",
    async run({ peer, emit }) {
      emit({ type: "rotated", ...await peer.rotateKey() });
    },
  },
  {
    name: "/trust",
    usage: "/trust <clientID | HOST:PORT> <fingerprint>",
    help: "accept the new key of a client or the registry",
    takesClient: true,
    takesWords: true,
    async run({ peer, emit }, argument) {
      const [name = "", fingerprint, ...more] = argument.split(/\s+/);
      if (fingerprint === undefined || more.length > 0) {
        throw new PeerError(
          "usage: /trust <clientID | HOST:PORT> <fingerprint>, with the " +
            "fingerprint that you were told over another channel",
        );
      }
      if (!peer.keys.trust(name, fingerprint)) {
        emit({ type: "trustedNext", name, fingerprint });
      }
      const { clientID, registry } = peer;
      if (name !== formatAddress(registry)) return;
      await peer.register();
      emit({ type: "registered", clientID, registry, plain: false });
    },
  },
];
