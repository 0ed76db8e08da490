import type { Address } from "../../net/mod.ts";
import type { Client } from "../events.ts";

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
  /**
   * Leaves a sealed message for whoever owns a client ID, if they have that
   * key.
   *
   * @throws {MailboxError} If it cannot be left there.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  deposit(clientID: string, key: string, sealed: Uint8Array): Promise<void>;
  /**
   * The sealed messages that wait for this peer, as many as come at once, and
   * the number of the last of them.
   *
   * @param done The number of the last one that this peer has, and that need
   * not be kept any longer.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  collect(done?: string): Promise<Letters>;
  /** Leaves the registry. */
  close(): Promise<void>;
}

/** Sealed messages that waited at a registry. */
export interface Letters {
  /** The letters, oldest first. */
  readonly sealed: readonly Uint8Array[];
  /** The number of the last of them; undefined where there are none. */
  readonly last: string | undefined;
}
