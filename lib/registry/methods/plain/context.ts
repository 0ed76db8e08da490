import type { Origin } from "../../../net/mod.ts";
import type {
  NewClaims,
  PlainHolders,
  ReachabilityChecks,
} from "../../policy/mod.ts";
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
  /** The client IDs that addresses hold in plain. */
  readonly plainHolders: PlainHolders;
  /** The time in whole s, on the directory's clock. */
  readonly nowS: number;
  /**
   * Checks that a client ID may be registered in plain.
   *
   * @param newFor The origin for which a registration counts that is none yet.
   * @throws {RegistryError} If it may not, or the origin has too many.
   */
  checkPlainRegistration(
    clientID: string,
    newFor: Origin | undefined,
  ): Awaitable<void>;
}
