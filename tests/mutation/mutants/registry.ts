import type { Mutant } from "../mutant.ts";

const METHODS = ["tests/registry/methods/"];
const POLICY = ["tests/registry/policy/"];
const CHECKS = ["tests/registry/reachability_test.ts"];

/** Faults of a registry's methods, allow list, checks and log. */
export const REGISTRY: readonly Mutant[] = [
  {
    fault: "clients that are not registered list, bridge and look up",
    file: "lib/registry/methods/answer.ts",
    from: "if (rules.registered && session.clientID === undefined) {",
    to: "if (rules.registered && session.host === undefined) {",
    tests: METHODS,
  },
  {
    fault: "an ID in plain is claimed from another host",
    file: "lib/registry/methods/register.ts",
    from: "lease !== undefined && !lease.session && lease.host !== host",
    to: "lease !== undefined && !lease.session && lease.host === ''",
    tests: METHODS,
  },
  {
    fault: "an ID that another key has claimed is registered",
    file: "lib/registry/methods/register.ts",
    from: "if (await claims.claim(clientID, key, runTimeS)) {",
    to: "if (await claims.claim(clientID, key, runTimeS) || key !== '') {",
    tests: METHODS,
  },
  {
    fault: "a session whose ID another one has taken goes on",
    file: "lib/registry/methods/register.ts",
    from:
      "if (result.replaced !== undefined) await dismiss(context, result.replaced);",
    to: "",
    tests: METHODS,
  },
  {
    fault: "BRIDGE names the client itself",
    file: "lib/registry/methods/bridge.ts",
    from: "lease !== undefined && lease.clientID !== clientID",
    to: "lease !== undefined",
    tests: METHODS,
  },
  {
    fault: "a page of INFO begins where another listing ended",
    file: "lib/registry/methods/info.ts",
    from: "if (listing?.after === after && listing.prefix === prefix) {",
    to: "if (listing !== undefined) {",
    tests: METHODS,
  },
  {
    fault: "a claim lapses while its owner is online",
    file: "lib/registry/methods/ping.ts",
    from: "if (clientID !== undefined) await",
    to: "if (clientID === '') await",
    tests: METHODS,
  },
  {
    fault: "a key registers an ID in plain that another has claimed",
    file: "lib/registry/service.ts",
    from: "    if (claim !== undefined) {\n      throw",
    to: "    if (claim?.key === '') {\n      throw",
    tests: METHODS,
  },
  {
    fault: "a client in plain is handed out at the address that it names",
    file: "lib/registry/methods/plain/register.ts",
    from: "return ip !== host && ip.startsWith",
    to: "return ip !== host || ip.startsWith",
    tests: METHODS,
  },
  {
    fault: "BRIDGE in plain names clients that only talk encrypted",
    file: "lib/registry/methods/plain/bridge.ts",
    from: "const isNamed = lease?.plain && lease.clientID",
    to: "const isNamed = lease !== undefined && lease.clientID",
    tests: METHODS,
  },
  {
    fault: "INFO in plain lists clients that only talk encrypted",
    file: "lib/registry/methods/plain/info.ts",
    from: "plainOnly: true",
    to: "plainOnly: false",
    tests: METHODS,
  },
  {
    fault: "keys that are not on the allow list register",
    file: "lib/registry/policy/allow_list.ts",
    from: "if (allowed.has(fingerprint)) return undefined;",
    to: "if (fingerprint !== '') return undefined;",
    tests: METHODS,
  },
  {
    fault: "clients in plain register in spite of an allow list",
    file: "lib/registry/policy/allow_list.ts",
    from:
      "if (key === undefined) return new RegistryError(CODE.forbidden, reason);",
    to: "if (key === undefined) return undefined;",
    tests: METHODS,
  },
  {
    fault: "the registry connects to an address that a client names",
    file: "lib/registry/policy/reachability.ts",
    from: "return isSame || isHere ? address :",
    to: "return isSame || !isHere ? address :",
    tests: POLICY,
  },
  {
    fault: "the registry connects to an address again and again",
    file: "lib/registry/policy/recent_checks.ts",
    from: "      this.#clock() - startedMs < this.#intervalMs;",
    to: "      startedMs < 0;",
    tests: CHECKS,
  },
  {
    fault: "the registry connects to one address any number of times at once",
    file: "lib/registry/policy/reachability.ts",
    from: "    maxPerOrigin: MAX_CONCURRENT_CHECKS_PER_ADDRESS,",
    to: "    maxPerOrigin: Infinity,",
    tests: [...CHECKS, ...POLICY],
  },
  {
    fault: "each check is remembered for ever",
    file: "lib/registry/policy/recent_checks.ts",
    from: "      this.#checks.delete(key);\n",
    to: "",
    tests: [...CHECKS, ...POLICY],
  },
  {
    fault: "IDs that keys have claimed are forgotten at once",
    file: "lib/registry/policy/new_claims.ts",
    from: "this.#untilS.set(id, nowS + PLAIN_LEASE_S);",
    to: "this.#untilS.set(id, nowS);",
    tests: POLICY,
  },
  {
    fault: "more connections are accepted than files may be open",
    file: "lib/registry/policy/file_limit.ts",
    from: "return Math.max(1, files.length - RESERVED_FILES);",
    to: "return wanted;",
    tests: ["tests/e2e/registry_test.ts"],
  },
  {
    fault: "a flood of refusals is a flood in the log",
    file: "lib/registry/service_log.ts",
    from: "this.#log = limitLogRate(log, MAX_LOG_ENTRIES_PER_S, clock);",
    to: "this.#log = log;",
    tests: ["tests/registry/log_limiter_test.ts"],
  },
  {
    fault: "a registry without plain answers it",
    file: "lib/registry/service.ts",
    from: "    if (!this.#plain) {",
    to: "    if (this.#plain === undefined) {",
    tests: ["tests/registry/registry_test.ts"],
  },
  {
    fault: "a list that is loaded anew leaves others registered",
    file: "lib/registry/service.ts",
    from: "        await this.directory.revoke(lease);\n",
    to: "",
    tests: [...METHODS, "tests/registry/ownership_test.ts"],
  },
  {
    fault: "a client that is not registered leaves letters",
    file: "lib/registry/methods/answer.ts",
    from: "method(DEPOSIT, deposit, { registered: true }),",
    to: "method(DEPOSIT, deposit),",
    tests: METHODS,
  },
];
