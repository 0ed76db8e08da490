import type { FramingError } from "../framing/mod.ts";
import { type Address, formatAddress, isDisconnect } from "../net/mod.ts";
import { CODE } from "../protocol/mod.ts";
import { SecureError } from "../secure/mod.ts";
import { StorageError } from "../storage/mod.ts";
import { RegistryError, toRegistryError } from "./errors.ts";
import type { Log } from "./log.ts";
import { limitLogRate } from "./log_limiter.ts";
import type { Awaitable } from "./store/mod.ts";

/** Most entries that the log gets in a second. */
const MAX_LOG_ENTRIES_PER_S = 20;

/** What the operator is told of the clients that fail, and of the store. */
export class ServiceLog {
  readonly #log: Log;

  /**
   * A log that a flood of refusals does not fill.
   *
   * @param log Receives the entries.
   * @param clock The time in ms, on a clock that only goes forward.
   */
  constructor(log: Log, clock: () => number) {
    this.#log = limitLogRate(log, MAX_LOG_ENTRIES_PER_S, clock);
  }

  /**
   * What a client is answered to a request that failed; undefined if the
   * failure is the registry's own. Only the log says what is wrong with the
   * store.
   */
  errorForClient(error: unknown): RegistryError | undefined {
    if (!(error instanceof StorageError)) return toRegistryError(error);
    this.#log({ event: "failed", error: error.message });
    return new RegistryError(
      CODE.cannotStore,
      "the registry cannot write to its database",
    );
  }

  /** Logs that a client was refused. */
  refusal(client: Address, { code, message }: RegistryError | FramingError) {
    this.#log({
      event: "refused",
      client: formatAddress(client),
      code,
      reason: message,
    });
  }

  /** Logs that a session failed; not if it only was disconnected. */
  failure(client: Address, error: unknown): void {
    if (isDisconnect(error) || error instanceof SecureError) return;
    this.#log({
      event: "failed",
      client: formatAddress(client),
      error: String(error),
    });
  }

  /** Does something in the store; if that fails, the log says why. */
  async failureOf(work: () => Awaitable<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#log({ event: "failed", error: error.message });
    }
  }
}
