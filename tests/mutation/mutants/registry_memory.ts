import type { Mutant } from "../mutant.ts";

const FLOOD = ["tests/e2e/registry_flood_test.ts"];

/** Faults of what a registry keeps for clients that do not read. */
export const REGISTRY_MEMORY: readonly Mutant[] = [
  {
    fault: "replies in plain that are not read pile up",
    file: "lib/registry/sessions/plain_session.ts",
    from: "await this.#reply(reply instanceof Promise ? await reply : reply);",
    to:
      "this.#reply((reply instanceof Promise ? await reply : reply).slice());",
    tests: FLOOD,
  },
  {
    fault: "replies in the secure mode that are not read pile up",
    file: "lib/registry/sessions/secure_session.ts",
    from: "return await this.#channel.send(reply);",
    to: "return void this.#channel.send(reply).catch(() => {});",
    tests: FLOOD,
  },
];
