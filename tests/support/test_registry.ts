import { Registry, type RegistryOptions } from "../../lib/registry/mod.ts";

/**
 * Starts a registry on loopback. Like the program's there, it speaks plain too,
 * unless the options say otherwise.
 */
export function startRegistry(
  options: Partial<RegistryOptions> = {},
): Registry {
  return Registry.listen({
    listen: { host: "127.0.0.1", port: 0 },
    plain: true,
    ...options,
  });
}
