/**
 * A registry as a program, like `server.ts`, whose plain clients have 2 s for a
 * request.
 *
 * @module
 */
import { formatAddress } from "../../lib/net/mod.ts";
import { Registry } from "../../lib/registry/mod.ts";

const registry = Registry.listen({
  listen: { host: "127.0.0.1", port: 0 },
  plain: true,
  timings: { requestTimeoutS: 2, tickIntervalMs: 50 },
});
console.log(`listening on ${formatAddress(registry.address)}`);
