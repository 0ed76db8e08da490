import type { Mutant } from "../mutant.ts";

const REGISTRY = [
  "tests/registry/trusted_proxy_test.ts",
  "tests/registry/timings_test.ts",
];
const NET = ["tests/net/"];
const PROGRAM = ["tests/e2e/trusted_proxy_test.ts"];

/** Faults of a registry behind a proxy. */
export const TRUSTED_PROXY: readonly Mutant[] = [
  {
    fault: "a header from any address is believed",
    file: "lib/registry/connections.ts",
    from: "else if (this.#proxies.some((block) => block.contains(host))) {",
    to: "else if (host !== '') {",
    tests: REGISTRY,
  },
  {
    fault: "a client that a proxy names at loopback has no limits",
    file: "lib/registry/connections.ts",
    from: "else this.#accept(proxied, networksOf(proxied.remote.host));",
    to: "else this.#accept(proxied, originOf(proxied.remote.host));",
    tests: REGISTRY,
  },
  {
    fault: "a client on loopback beside a proxy has no limits",
    file: "lib/registry/connections.ts",
    from: "} else this.#accept(wire, networksOf(host));",
    to: "} else this.#accept(wire, originOf(host));",
    tests: REGISTRY,
  },
  {
    fault: "all clients of a proxy count for the proxy's address",
    file: "lib/registry/connections.ts",
    from: "else this.#accept(proxied, networksOf(proxied.remote.host));",
    to: "else this.#accept(proxied, networksOf(wire.remote.host));",
    tests: REGISTRY,
  },
  {
    fault: "connections without a header yet are not counted",
    file: "lib/registry/connections.ts",
    from: "const limit = this.#enter(UNNAMED_ORIGIN);",
    to: "const limit = undefined;",
    tests: REGISTRY,
  },
  {
    fault: "a connection counts twice once its client is named",
    file: "lib/registry/connections.ts",
    from: "this.#limits.leave(UNNAMED_ORIGIN);\n    if (proxied",
    to: "if (proxied",
    tests: REGISTRY,
  },
  {
    fault: "a proxy's connection that is refused stays open",
    file: "lib/registry/connections.ts",
    from: "if (proxied === undefined) wire.close();\n    else ",
    to: "if (proxied !== undefined) ",
    tests: REGISTRY,
  },
  {
    fault: "a connection from a proxy without a header is not logged",
    file: "lib/registry/connections.ts",
    from: "this.#service.logRefusal(wire.remote, refusal);",
    to: "",
    tests: REGISTRY,
  },
  {
    fault: "a registry behind a proxy connects to its own loopback",
    file: "lib/registry/registry.ts",
    from: "checksLoopback: trustedProxies.length === 0,",
    to: "",
    tests: REGISTRY,
  },
  {
    fault: "a client that a proxy names at loopback may be silent for longer",
    file: "lib/registry/sessions/plain_session.ts",
    from: "this.#idleTimeoutS = origin.length === 0",
    to: "this.#idleTimeoutS = wire.remote.host === '127.0.0.1'",
    tests: REGISTRY,
  },
  {
    fault: "a client that a proxy names at loopback may name another address",
    file: "lib/registry/methods/plain/register.ts",
    from: "      origin.length === 0\n",
    to: "      host === '127.0.0.1'\n",
    tests: REGISTRY,
  },
  {
    fault: "a registry behind a proxy speaks plain",
    file: "server.ts",
    from: "isLoopback(listen.host) && trustedProxies.length === 0;",
    to: "isLoopback(listen.host);",
    tests: PROGRAM,
  },
  {
    fault: "the proxy has any time to send a header",
    file: "lib/net/proxied_wire.ts",
    from: "    isLate = true;\n    wire.close();\n",
    to: "",
    tests: REGISTRY,
  },
  {
    fault: "the client's bytes behind a header are lost",
    file: "lib/net/proxied_wire.ts",
    from: "new ProxiedWire(wire, source, first.subarray(length));",
    to: "new ProxiedWire(wire, source, first.subarray(first.length));",
    tests: NET,
  },
  {
    fault: "a header may have any length",
    file: "lib/net/proxy_header.ts",
    from: "if (length > MAX_PROXY_HEADER_BYTES) {",
    to: "if (length < 0) {",
    tests: NET,
  },
  {
    fault: "a header may be shorter than its addresses",
    file: "lib/net/proxy_header.ts",
    from: "if (length < FIXED_BYTES + family.length) {",
    to: "if (length < 0) {",
    tests: NET,
  },
  {
    fault: "a check by the proxy names a client",
    file: "lib/net/proxy_header.ts",
    from: "if (command === COMMAND_LOCAL) {",
    to: "if (command > COMMAND_PROXY) {",
    tests: NET,
  },
  {
    fault: "a block of proxies is twice as large as it is written",
    file: "lib/net/address_block.ts",
    from: "& ~hostBits(this.#bits, at)) === 0",
    to: "& ~hostBits(this.#bits - 1, at)) === 0",
    tests: NET,
  },
  {
    fault: "an IPv6 client is taken for one of a block of IPv4",
    file: "lib/net/address_block.ts",
    from: "return bytes?.length === this.#first.length &&",
    to: "return bytes !== undefined &&",
    tests: NET,
  },
];
