import { HandshakeError } from "./errors.ts";
import { HELLO_PROLOGUE } from "./hello.ts";
import type { Identity } from "./identity/mod.ts";
import { Handshake, XX } from "./noise/mod.ts";

/** How long a handshake may take by default, in ms. */
export const HANDSHAKE_TIMEOUT_MS = 5_000;

/** How a secure connection is made. */
export interface SecureOptions {
  /** Cancels the handshake; the connection is closed. */
  readonly signal?: AbortSignal | undefined;
  /** How long the handshake may take, in ms. Default: 5,000. */
  readonly timeoutMs?: number;
  /**
   * Checks the key that the other end has proved, 32 bytes, and throws to refuse
   * it; the connection is then closed. The initiator calls it before it has sent
   * its own key, the responder before it has read or written any record.
   */
  readonly verify?: (remoteKey: Uint8Array) => Promise<void> | void;
}

/** How the initiator makes a secure connection. */
export interface ConnectOptions extends SecureOptions {
  /** The key that the other end must have, 32 bytes. Default: any. */
  readonly expectedKey?: Uint8Array | undefined;
}

/** The handshake of the secure mode, before its first message. */
export function newHandshake(
  identity: Identity,
  initiator: boolean,
): Handshake {
  return new Handshake({
    pattern: XX,
    initiator,
    prologue: HELLO_PROLOGUE,
    staticKeys: identity.keyPair,
  });
}

/** A copy of the other end's static key, which a caller may keep or change. */
export function remoteKeyOf(handshake: Handshake): Uint8Array {
  const key = handshake.remoteStatic;
  if (key === undefined) throw new HandshakeError("no key was proved");
  return new Uint8Array(key);
}
