import type { Mutant } from "../mutant.ts";

const NET = ["tests/net/"];
const LIMITS = ["tests/limits/"];
const CONNECTIONS = ["tests/registry/policy/connection_limits_test.ts"];
const RATES = ["tests/registry/policy/rates_test.ts"];
const PLAIN_CLAIMS = ["tests/registry/methods/plain_claims_test.ts"];
const TIMINGS = ["tests/registry/timings_test.ts"];
const HELLO = ["tests/registry/sessions/hello_test.ts"];

/** Faults of what a registry allows a key, an address and a network. */
export const POLICY: readonly Mutant[] = [
  {
    fault: "each IPv6 address counts by itself",
    file: "lib/net/subnet.ts",
    from: "  const bytes = ipBytes(host);\n",
    to: "  if (host !== '') return [host];\n  const bytes = ipBytes(host);\n",
    tests: NET,
  },
  {
    fault: "IPv6 networks of 56 bits do not count",
    file: "lib/net/subnet.ts",
    from: "hex(d & 0xFF00)",
    to: "hex(d)",
    tests: NET,
  },
  {
    fault: "addresses of other machines count as loopback",
    file: "lib/net/subnet.ts",
    from: "return isLoopback(host) ? NO_NETWORKS : networksOf(host);",
    to: "return host !== '' ? NO_NETWORKS : networksOf(host);",
    tests: NET,
  },
  {
    fault: "the rates of IPv6 networks of 56 and 48 bits have no end",
    file: "lib/limits/origin_buckets.ts",
    from: "place < origin.length; place++) {\n      waitMs",
    to: "place < 1; place++) {\n      waitMs",
    tests: LIMITS,
  },
  {
    fault: "each IPv6 network of 56 and 48 bits has the rate of an address",
    file: "lib/limits/network_factors.ts",
    from: "[1, 2, 4]",
    to: "[1, 1, 1]",
    tests: RATES,
  },
  {
    fault: "what is refused to a network of 64 bits is taken from its site",
    file: "lib/limits/origin_buckets.ts",
    from: "this.#takeAt(place, origin, now, 0)",
    to: "this.#takeAt(place, origin, now, place)",
    tests: LIMITS,
  },
  {
    fault: "the connections of IPv6 networks of 56 and 48 bits have no end",
    file: "lib/limits/origin_counter.ts",
    from: "perOrigin * networkFactor(place)",
    to: "(place === 0 ? perOrigin : Infinity) * networkFactor(place)",
    tests: CONNECTIONS,
  },
  {
    fault: "four addresses take all places of a registry that has few",
    file: "lib/registry/policy/connection_limits.ts",
    from: "      shareOfFree: ADDRESS_SHARE_OF_FREE,\n",
    to: "",
    tests: CONNECTIONS,
  },
  {
    fault: "an address has a sixteenth of all places, and sixteen have all",
    file: "lib/limits/origin_counter.ts",
    from: "Math.floor((max - this.#open) * shareOfFree)",
    to: "Math.floor(max * shareOfFree)",
    tests: CONNECTIONS,
  },
  {
    fault: "one address takes all connections",
    file: "lib/limits/origin_counter.ts",
    from: '    if (this.#open >= this.#limits.max) return "max";\n    return',
    to: "    if (this.#open < this.#limits.max) return;\n    return",
    tests: CONNECTIONS,
  },
  {
    fault: "handshakes are not limited",
    file: "lib/registry/service.ts",
    from: "    this.#rates.countHandshake(origin);\n",
    to: "",
    tests: HELLO,
  },
  {
    fault: "plain requests are not limited",
    file: "lib/registry/service.ts",
    from: "    this.#rates.countPlainRequest(client.origin);\n",
    to: "",
    tests: HELLO,
  },
  {
    fault: "the requests of a key count for its address, too",
    file: "lib/registry/sessions/secure_session.ts",
    from: "      this.#service.countRequest(this.ref.key);\n",
    to: "      this.#service.countRequest(this.origin[0] ?? this.ref.key);\n",
    tests: HELLO,
  },
  {
    fault: "the requests of a key are not limited",
    file: "lib/registry/sessions/secure_session.ts",
    from: "      this.#service.countRequest(this.ref.key);\n",
    to: "",
    tests: ["tests/registry/sessions/secure_session_test.ts"],
  },
  {
    fault: "bridges are not limited",
    file: "lib/registry/methods/bridge.ts",
    from: "  context.countBridge(ref.key);\n",
    to: "",
    tests: ["tests/registry/sessions/secure_session_test.ts"],
  },
  {
    fault: "claims are not limited",
    file: "lib/registry/methods/register.ts",
    from: "if (before === undefined) context.countClaim(key, origin);",
    to: "",
    tests: ["tests/registry/methods/"],
  },
  {
    fault: "new keys of one address claim without limit",
    file: "lib/registry/policy/rates.ts",
    from: "this.#countBoth(this.#claims, origin, key);",
    to: "this.#countKey(this.#claims.byKey, key);",
    tests: RATES,
  },
  {
    fault: "a key over its rate uses up what its address has",
    file: "lib/registry/policy/rates.ts",
    from: "    this.#countKey(limit.byKey, key, 0);\n",
    to: "",
    tests: RATES,
  },
  {
    fault: "what an address refuses is taken from the key",
    file: "lib/registry/policy/rates.ts",
    from:
      "    this.#countKey(limit.byKey, key, 0);\n    this.#countOrigin(limit.byOrigin, origin, cost);\n    this.#countKey(limit.byKey, key, cost);\n",
    to:
      "    this.#countKey(limit.byKey, key, cost);\n    this.#countOrigin(limit.byOrigin, origin, cost);\n",
    tests: RATES,
  },
  {
    fault: "registrations in plain are no claims of their address",
    file: "lib/registry/service.ts",
    from: "    this.#rates.countPlainClaim(newFor);\n",
    to: "",
    tests: PLAIN_CLAIMS,
  },
  {
    fault: "one address holds any number of client IDs in plain",
    file: "lib/registry/service.ts",
    from: "    this.plainHolders.check(newFor);\n",
    to: "",
    tests: PLAIN_CLAIMS,
  },
  {
    fault: "client IDs in plain are not counted",
    file: "lib/registry/methods/plain/register.ts",
    from: "    plainHolders.hold(request.clientID, client.origin, nowS);\n",
    to: "",
    tests: PLAIN_CLAIMS,
  },
  {
    fault: "a renewal in plain counts as a claim",
    file: "lib/registry/methods/plain/register.ts",
    from:
      `    lease === undefined || lease.session || context.newClaims.has(clientID)
      ? context.checkPlainRegistration(
        clientID,
        lease === undefined ? client.origin : undefined,
`,
    to: `    clientID !== ""
      ? context.checkPlainRegistration(
        clientID,
        client.origin,
`,
    tests: PLAIN_CLAIMS,
  },
  {
    fault: "an address never may hold another client ID in plain",
    file: "lib/registry/service.ts",
    from: "    this.plainHolders.sweep(this.#nowS);\n",
    to: "",
    tests: PLAIN_CLAIMS,
  },
  {
    fault: "connections that are silent keep their places",
    file: "lib/registry/connections.ts",
    from: "if (silent === undefined) return false;",
    to: "if (silent !== network || silent === undefined) return false;",
    tests: TIMINGS,
  },
  {
    fault: "a connection that has spoken gives way before one that has not",
    file: "lib/registry/sessions/session_set.ts",
    from: "if (isLongSilent && hasSpoken) {",
    to: "if (isLongSilent && hasSpoken && !isLongSilent) {",
    tests: TIMINGS,
  },
  {
    fault: "the connections of others make room for one address",
    file: "lib/registry/sessions/session_set.ts",
    from:
      "      if (network !== undefined && !session.origin.includes(network)) continue;\n",
    to: "",
    tests: ["tests/registry/sessions/session_set_test.ts"],
  },
  {
    fault: "sessions never expire",
    file: "lib/registry/sessions/session_set.ts",
    from: "if (session.deadlineS < nowS) session.expire();",
    to: "",
    tests: TIMINGS,
  },
  {
    fault: "plain connections never expire",
    file: "lib/registry/sessions/plain_session.ts",
    from: "    } else this.abort();\n",
    to: "    }\n",
    tests: TIMINGS,
  },
  {
    fault: "a request in plain may take for ever",
    file: "lib/registry/sessions/plain_session.ts",
    from:
      '      this.#phase = "request";\n      this.#expireIn(this.#service.timings.requestTimeoutS);\n',
    to: '      this.#phase = "request";\n',
    tests: ["tests/registry/sessions/plain_session_test.ts"],
  },
  {
    fault: "a client in the secure mode may be silent for ever",
    file: "lib/registry/sessions/secure_session.ts",
    from: "  expire(): void {\n    this.abort();\n",
    to: "  expire(): void {\n",
    tests: TIMINGS,
  },
  {
    fault: "one address fills a registry's mail in hours",
    file: "lib/registry/policy/rates.ts",
    from: "depositedBytes: { perSecond: KIB,",
    to: "depositedBytes: { perSecond: 4 * KIB,",
    tests: RATES,
  },
  {
    fault: "rates are forgotten before they are made up for",
    file: "lib/limits/token_bucket.ts",
    from: "if (bucket.isFull(now)) this.#buckets.delete(key);",
    to: "this.#buckets.delete(key);",
    tests: RATES,
  },
  {
    fault: "DEPOSIT without a Key is refused as one for another key",
    file: "lib/protocol/registry/deposit.ts",
    from: "const key = keyIn(message);",
    to: 'const key = message.get(HEADER.key) ?? "";',
    tests: ["tests/registry/methods/secure_test.ts"],
  },
  {
    fault: "a HELLO may have lines without a colon",
    file: "lib/registry/sessions/plain_session.ts",
    from: "method !== METHOD.hello,\n",
    to: 'method !== "",\n',
    tests: HELLO,
  },
  {
    fault: "an address makes 1,000 handshakes at once",
    file: "lib/registry/policy/rates.ts",
    from: "handshakes: { perSecond: 10, burst: 100 }",
    to: "handshakes: { perSecond: 10, burst: 1000 }",
    tests: ["tests/protocol/page_test.ts"],
  },
  {
    fault: "a key makes 100 claims at once",
    file: "lib/registry/policy/rates.ts",
    from: "claims: { perSecond: 0.01, burst: 10 }",
    to: "claims: { perSecond: 0.01, burst: 100 }",
    tests: ["tests/protocol/page_test.ts"],
  },
];
