import type { Origin } from "../../../net/mod.ts";
import type { NewClaims, ReachabilityChecks } from "../../policy/mod.ts";
import type { Awaitable, Directory } from "../../store/mod.ts";

/** A client in plain, as the methods see it. */
export interface PlainClient {
  /** The host that the client is seen at. */
  readonly host: string;
  /** The networks that the client counts as. */
  readonly origin: Origin;
}

/** What the methods of the plain protocol work on. */
export interface PlainContext {
  /** Who is registered. */
  readonly directory: Directory;
  /** Finds out whether a client is still there. */
  readonly reachability: ReachabilityChecks;
  /** The client IDs that keys have claimed lately. */
  readonly newClaims: NewClaims;
  /** The time in whole s, on the directory's clock. */
  readonly nowS: number;
  /**
   * Checks that a client ID may be registered in plain.
   *
   * @throws {RegistryError} If it may not.
   */
  checkPlainRegistration(clientID: string): Awaitable<void>;
}
