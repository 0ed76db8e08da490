import type { Mutant } from "../mutant.ts";

const NAMES = ["tests/peer/connect/plain_names_test.ts"];

/** Faults of what keeps a conversation in plaintext from passing for a client. */
export const PLAIN_NAMES: readonly Mutant[] = [
  {
    fault: "the address where a client with a key was met is called in plain",
    file: "lib/peer/connect/check_plain.ts",
    from: "  if (client === undefined) return;\n",
    to: "  return;\n",
    tests: NAMES,
  },
  {
    fault: "what answers there may also speak plain",
    file: "lib/peer/connect/outbound.ts",
    from: "!isAutomatic && !isKnownAddress(context, dialled);",
    to: "!isAutomatic;",
    tests: NAMES,
  },
  {
    fault: "what waits for a client goes to a program that answers in plain",
    file: "lib/peer/connect/outbound.ts",
    from: "return context.plain && !isAutomatic &&",
    to: "return context.plain &&",
    tests: NAMES,
  },
  {
    fault: "what waits for a client goes to a program known to speak plain",
    file: "lib/peer/connect/outbound.ts",
    from: "if (!context.plain || target.isAutomatic) {",
    to: "if (!context.plain) {",
    tests: NAMES,
  },
  {
    fault: "a name is taken for a peer in plaintext without asking who owns it",
    file: "lib/peer/named_conversations.ts",
    from:
      "    if (await this.#components.resolver.mayBeClaimed(name)) return undefined;\n",
    to: "",
    tests: NAMES,
  },
  {
    fault: "a registry that cannot say who owns a name counts as saying nobody",
    file: "lib/peer/connect/resolver.ts",
    from: "if (error instanceof PeerError) return true;",
    to: "if (error instanceof PeerError) return false;",
    tests: NAMES,
  },
  {
    fault:
      "a registry that was not reached yet counts as one that knows nobody",
    file: "lib/peer/connect/resolver.ts",
    from: "if (!this.#registry.isRegistered) return true;",
    to: "if (!this.#registry.isRegistered) return false;",
    tests: NAMES,
  },
  {
    fault: "the name of a client with a pinned key means a peer in plaintext",
    file: "lib/peer/named_conversations.ts",
    from: "      knownKeys.keyOf(clientID) === undefined &&\n",
    to: "",
    tests: NAMES,
  },
  {
    fault: "a peer in plaintext has the name that it gives, without a mark",
    file: "lib/peer/plain/name.ts",
    from: "return UNPROVED_MARK + clientID",
    to: "return clientID",
    tests: NAMES,
  },
  {
    fault: "a caller in plaintext may give the client's own ID in other case",
    file: "lib/peer/connect/check_plain.ts",
    from: "return claimed.toLowerCase() === clientID.toLowerCase();",
    to: "return claimed === clientID;",
    tests: NAMES,
  },
  {
    fault: "a registry leads a client in plain to its own ID in other case",
    file: "lib/peer/connect/check_plain.ts",
    from: "    if (isOwnID(context, name)) throw ownClientID(name);\n",
    to: "",
    tests: NAMES,
  },
  {
    fault: "a peer in plaintext that was refused goes on sending texts",
    file: "lib/peer/plain/link.ts",
    from: "else if (!this.isRefused) yield",
    to: "else yield",
    tests: NAMES,
  },
  {
    fault: "an address known to be plain stays so when a key is known there",
    file: "lib/peer/connect/known_addresses.ts",
    from: ` &&
      this.clientAt(address) === undefined;`,
    to: ";",
    tests: NAMES,
  },
  {
    fault: "where clients with keys were met is forgotten at the end",
    file: "lib/peer/connect/known_addresses.ts",
    from:
      "    for (const { name, address } of store.all()) this.#met.set(address, name);\n",
    to: "",
    tests: NAMES,
  },
  {
    fault: "only the host name that was dialled counts as met",
    file: "lib/peer/connect/known_addresses.ts",
    from: "[keyOf(dialled), keyOf(remote)]",
    to: "[keyOf(dialled)]",
    tests: NAMES,
  },
  {
    fault: "where the registry says that clients with keys are does not count",
    file: "lib/peer/connect/known_addresses.ts",
    from: "this.#met.get(key) ?? this.#named.get(key)",
    to: "this.#met.get(key)",
    tests: NAMES,
  },
  {
    fault: "QUIT in pieces that come 1 s apart is no QUIT",
    file: "lib/peer/timings.ts",
    from: "partialMethodTimeoutMs: 1500,",
    to: "partialMethodTimeoutMs: 800,",
    tests: ["tests/peer/plain/link_test.ts"],
  },
  {
    fault: "a responder that takes 2.5 s is called plain",
    file: "lib/peer/timings.ts",
    from: "helloTimeoutMs: 3000,",
    to: "helloTimeoutMs: 2000,",
    tests: ["tests/peer/connect/unknown_test.ts"],
  },
];
