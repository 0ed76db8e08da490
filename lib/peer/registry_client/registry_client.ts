import type { Address } from "../../net/mod.ts";
import type {
  Client,
  CollectReply,
  CollectRequest,
} from "../../protocol/mod.ts";

/** The registry as a peer sees it, in whichever mode it is asked. */
export interface RegistryClient {
  /** Where the registry is. */
  readonly address: Address;
  /** Whether it is asked in plain, so far as is known. */
  readonly isPlain: boolean;
  /**
   * Whether this peer is registered, or was and is coming back: not before the
   * first registration, nor after the registry has dismissed it or it has closed.
   */
  readonly isRegistered: boolean;
  /**
   * Whether it should be able to say which key owns a client ID: it is asked in
   * the secure mode, and this peer has been told to register with it.
   */
  readonly hasClaims: boolean;
  /**
   * Registers this peer.
   *
   * @param port Where it listens.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  register(port: number): Promise<void>;
  /**
   * The clients that are registered.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  info(): Promise<Client[]>;
  /**
   * Where another client is: the one named, or any other.
   *
   * @returns Undefined if there is no such client.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  bridge(target: string | undefined): Promise<Client | undefined>;
  /**
   * The key that a client ID belongs to, in base64, whether or not its client
   * is online.
   *
   * @returns Undefined if no key has claimed the ID.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  lookUp(clientID: string): Promise<string | undefined>;
  /**
   * Leaves a sealed letter for the client that a client ID belongs to, if it
   * has that key.
   *
   * @param key The key that the letter is sealed to, in base64.
   * @throws {MailboxError} If it cannot be left there.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  deposit(clientID: string, key: string, sealed: Uint8Array): Promise<void>;
  /**
   * A page of the letters that wait for this peer, oldest first; none if there
   * are no more.
   *
   * @param request Which letters the registry may remove first, and behind which
   * one to go on.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  collect(request: CollectRequest): Promise<CollectReply>;
  /** Goes over to this peer's key that is in force, after another was. */
  changeOver(): Promise<void>;
  /** Leaves the registry. */
  close(): Promise<void>;
}
