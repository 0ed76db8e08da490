import type { FramingError } from "../../framing/mod.ts";
import type { Address } from "../../net/mod.ts";
import type { RegistryError } from "../errors.ts";
import type { RegistryTimings } from "../timings.ts";

/** What every session needs of its registry. */
export interface SessionService {
  /** How long a client may take for what. */
  readonly timings: RegistryTimings;
  /** The time in whole s, on the directory's clock. */
  readonly nowS: number;
  /**
   * What a client is answered to a request that failed; undefined if the
   * failure is the registry's own.
   */
  errorForClient(error: unknown): RegistryError | undefined;
  /** Logs that a client was refused. */
  logRefusal(client: Address, error: RegistryError | FramingError): void;
  /** Logs that a session failed; not if it only was disconnected. */
  logFailure(client: Address, error: unknown): void;
}
