import type { Address } from "../framing/mod.ts";
import type { Client } from "./events.ts";

/** The registry as a peer sees it, in whichever mode it is asked. */
export interface RegistryClient {
  /** Where the registry is. */
  readonly address: Address;
  /**
   * Registers this peer.
   *
   * @param port Where it listens.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  register(port: number): Promise<void>;
  /**
   * Who is registered.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  info(): Promise<Client[]>;
  /**
   * Where another client is: the one named, or any other.
   *
   * @returns Undefined if nobody is there.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  bridge(target: string | undefined): Promise<Client | undefined>;
  /**
   * The key that a client ID belongs to, in base64, whether or not its client
   * is online.
   *
   * @returns Undefined if the registry knows of none.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  lookUp(clientID: string): Promise<string | undefined>;
  /** Leaves the registry. */
  close(): Promise<void>;
}
