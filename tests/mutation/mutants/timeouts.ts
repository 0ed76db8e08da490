import type { Mutant } from "../mutant.ts";

const LINKS = ["tests/peer/conversation/"];
const ACCEPTOR = ["tests/peer/connect/"];
const PLAIN = ["tests/peer/plain/", "tests/peer/connect/"];
const REGISTRY_CLIENT = ["tests/peer/registry_client/"];

/** Faults by which a client waits for ever, or a connection never ends. */
export const TIMEOUTS: readonly Mutant[] = [
  {
    fault: "a link that is silent never ends",
    file: "lib/peer/conversation/peer_link.ts",
    from: "if (silenceMs > linkSilenceTimeoutMs) this.close();\n    else if",
    to: "if",
    tests: LINKS,
  },
  {
    fault: "a silent peer is not asked whether it is there",
    file: "lib/peer/conversation/peer_link.ts",
    from: "else if (silenceMs > linkPingAfterMs) this.#pinging.run();",
    to: "",
    tests: LINKS,
  },
  {
    fault: "a client reconnects for ever",
    file: "lib/peer/conversation/reconnect.ts",
    from: "if (brokenMs > timings.reconnectTimeoutMs) onGiveUp();",
    to: "void onGiveUp, timings, brokenMs;",
    tests: LINKS,
  },
  {
    fault: "a caller that says nothing keeps its place",
    file: "lib/peer/connect/sniff.ts",
    from: "await reader.read(deadline - performance.now());",
    to: "await reader.read(deadline - performance.now() + 1e8);",
    tests: ACCEPTOR,
  },
  {
    fault: "a caller that sends a byte now and then keeps its place",
    file: "lib/peer/connect/sniff.ts",
    from: "await reader.read(deadline - performance.now());",
    to: "await reader.read(timeoutMs);",
    tests: ACCEPTOR,
  },
  {
    fault: "a caller that does not finish the handshake keeps its place",
    file: "lib/peer/connect/inbound.ts",
    from: "timeoutMs: timings.handshakeTimeoutMs,",
    to: "timeoutMs: timings.handshakeTimeoutMs + 1e8,",
    tests: ACCEPTOR,
  },
  {
    fault: "a peer in plain that reads nothing holds up the user's texts",
    file: "lib/peer/plain/conversation.ts",
    from: "        plainStallTimeoutMs,\n",
    to: "        plainStallTimeoutMs + 1e8,\n",
    tests: PLAIN,
  },
  {
    fault: "a part of a method in plain is kept for ever",
    file: "lib/peer/plain/link.ts",
    from: "return partialMethodTimeoutMs;",
    to: "return partialMethodTimeoutMs + 1e8;",
    tests: PLAIN,
  },
  {
    fault: "a line that is typed in plain is kept for ever",
    file: "lib/peer/plain/link.ts",
    from: "return plainTypingTimeoutMs;",
    to: "return plainTypingTimeoutMs + 1e8;",
    tests: PLAIN,
  },
  {
    fault: "a request that the registry does not answer waits for ever",
    file: "lib/peer/registry_client/request_link.ts",
    from: "await this.#send(message, requestTimeoutMs);",
    to: "await this.#send(message, requestTimeoutMs + 1e8);",
    tests: REGISTRY_CLIENT,
  },
  {
    fault: "a registry that no longer answers counts as connected",
    file: "lib/peer/registry_client/request_link.ts",
    from: "await this.#send(PING.encodeRequest(), registryPongTimeoutMs);",
    to: "await this.#send(PING.encodeRequest(), registryPongTimeoutMs + 1e8);",
    tests: REGISTRY_CLIENT,
  },
];
