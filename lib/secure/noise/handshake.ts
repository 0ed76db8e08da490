import { concat } from "../../framing/mod.ts";
import type { CipherState } from "./cipher_state.ts";
import { HandshakeError, InvalidKeyError } from "../errors.ts";
import type { Pattern, Token } from "./patterns.ts";
import { SymmetricState } from "./symmetric_state.ts";
import {
  diffieHellman,
  generateKeyPair,
  KEY_BYTES,
  type KeyPair,
} from "./x25519.ts";

/** The longest message that Noise allows, in bytes. */
export const MAX_NOISE_MESSAGE_BYTES = 65535;

/** The parameters of a handshake. */
export interface HandshakeOptions {
  /** The handshake pattern. */
  readonly pattern: Pattern;
  /** Whether this end is the initiator, which writes the first message. */
  readonly initiator: boolean;
  /** The prologue: bytes that both ends know, and must agree on. */
  readonly prologue: Uint8Array;
  /** The static key pair of this end. */
  readonly staticKeys: KeyPair;
  /** The responder's static key, if the initiator knows it by the pattern. */
  readonly remoteStatic?: Uint8Array | undefined;
  /** Generates the ephemeral key pair. Only a test with vectors sets this. */
  readonly ephemeral?: () => KeyPair;
}

/** The result of a handshake. */
export interface Session {
  /** Encrypts what this end sends. */
  readonly send: CipherState;
  /** Decrypts what the other end sends. */
  readonly receive: CipherState;
  /** The handshake hash: 32 bytes, unique to the session, the same at both ends. */
  readonly hash: Uint8Array;
  /** The other end's static key, 32 bytes. */
  readonly remoteKey: Uint8Array;
}

/**
 * The HandshakeState object (Noise, section 5.3). It does no input or output:
 * call {@linkcode write} and {@linkcode read} in the order of the pattern,
 * then {@linkcode split}. An error erases its keys, and it is of no more use.
 */
export class Handshake implements Disposable {
  readonly #pattern: Pattern;
  readonly #initiator: boolean;
  readonly #static: KeyPair;
  readonly #makeEphemeral: () => KeyPair;
  readonly #symmetric: SymmetricState;
  #ephemeral: KeyPair | undefined;
  #remoteStatic: Uint8Array | undefined;
  #remoteEphemeral: Uint8Array | undefined;
  /** The index of the next message. */
  #messageIndex = 0;

  /** A handshake before its first message. */
  constructor(options: HandshakeOptions) {
    this.#pattern = options.pattern;
    this.#initiator = options.initiator;
    this.#static = options.staticKeys;
    this.#makeEphemeral = options.ephemeral ?? generateKeyPair;
    this.#symmetric = new SymmetricState(options.pattern.protocolName);
    this.#symmetric.mixHash(options.prologue);
    if (options.pattern.knowsResponder) {
      if (options.initiator) this.#remoteStatic = options.remoteStatic;
      this.#symmetric.mixHash(
        options.initiator
          ? required(options.remoteStatic)
          : options.staticKeys.publicKey,
      );
    }
  }

  /** The other end's static key, 32 bytes, once it is known. */
  get remoteStatic(): Uint8Array | undefined {
    return this.#remoteStatic;
  }

  /** Whether all messages have been written and read. */
  get done(): boolean {
    return this.#messageIndex === this.#pattern.messages.length;
  }

  /**
   * WriteMessage.
   *
   * @param payload The payload.
   * @throws {HandshakeError} If it is not this end's turn, or the message would
   * exceed `MAX_NOISE_MESSAGE_BYTES`.
   * @throws {InvalidKeyError} If the other end's key is refused.
   */
  write(payload: Uint8Array): Uint8Array {
    return this.#step(true, (tokens) => {
      const parts = tokens.map((token) => this.#writeToken(token));
      const sealed = new Uint8Array(payload.length + this.#symmetric.overhead);
      this.#symmetric.encryptAndHash(payload, sealed);
      parts.push(sealed);
      const message = concat(...parts);
      if (message.length > MAX_NOISE_MESSAGE_BYTES) {
        throw new HandshakeError("the payload is too long for its message");
      }
      return message;
    });
  }

  /**
   * ReadMessage.
   *
   * @returns The payload.
   * @throws {HandshakeError} If the message is not authentic or incomplete, or it
   * is not the other end's turn.
   */
  read(message: Uint8Array): Uint8Array {
    return this.#step(false, (tokens) => {
      if (message.length > MAX_NOISE_MESSAGE_BYTES) {
        throw new HandshakeError("a handshake message is too long");
      }
      let rest = message;
      for (const token of tokens) {
        rest = rest.subarray(this.#readToken(token, rest));
      }
      return this.#symmetric.decryptAndHash(rest);
    });
  }

  /**
   * Split: the ciphers of the transport messages. With a one-way pattern only the
   * initiator's `send` and the responder's `receive` may be used.
   *
   * @throws {HandshakeError} If the handshake is not complete.
   */
  split(): Session {
    if (!this.done) throw new HandshakeError("the handshake is not complete");
    const remoteKey = required(this.#remoteStatic);
    const { ciphers: [first, second], hash } = this.#symmetric.split();
    this.#ephemeral = undefined;
    return this.#initiator
      ? { send: first, receive: second, hash, remoteKey }
      : { send: second, receive: first, hash, remoteKey };
  }

  /** Erases all keys; the handshake cannot continue. */
  wipe(): void {
    this.#symmetric.wipe();
    this.#ephemeral = undefined;
  }

  /** The same as {@linkcode wipe}. */
  [Symbol.dispose](): void {
    this.wipe();
  }

  #step<T>(writing: boolean, work: (tokens: readonly Token[]) => T): T {
    const mine = (this.#messageIndex % 2 === 0) === this.#initiator;
    try {
      const tokens = this.#pattern.messages[this.#messageIndex];
      if (tokens === undefined || mine !== writing) {
        throw new HandshakeError("a handshake message is out of turn");
      }
      const result = work(tokens);
      this.#messageIndex++;
      return result;
    } catch (error) {
      this.wipe();
      // The key came with the other end's message.
      if (!writing && error instanceof InvalidKeyError) {
        throw new HandshakeError(
          "a handshake message contains an invalid key",
          {
            cause: error,
          },
        );
      }
      throw error;
    }
  }

  #writeToken(token: Token): Uint8Array {
    if (token === "e") {
      this.#ephemeral = this.#makeEphemeral();
      this.#symmetric.mixHash(this.#ephemeral.publicKey);
      return this.#ephemeral.publicKey;
    }
    if (token === "s") {
      const sealed = new Uint8Array(KEY_BYTES + this.#symmetric.overhead);
      this.#symmetric.encryptAndHash(this.#static.publicKey, sealed);
      return sealed;
    }
    this.#mixDiffieHellman(token);
    return new Uint8Array(0);
  }

  /** Processes a token, and returns how many bytes it takes. */
  #readToken(token: Token, bytes: Uint8Array): number {
    if (token === "e") {
      this.#remoteEphemeral = new Uint8Array(take(bytes, KEY_BYTES));
      this.#symmetric.mixHash(this.#remoteEphemeral);
      return KEY_BYTES;
    }
    if (token === "s") {
      const sealed = take(bytes, KEY_BYTES + this.#symmetric.overhead);
      this.#remoteStatic = this.#symmetric.decryptAndHash(sealed);
      return sealed.length;
    }
    this.#mixDiffieHellman(token);
    return 0;
  }

  /** The first letter names the initiator's key, the second the responder's. */
  #mixDiffieHellman(token: Exclude<Token, "e" | "s">): void {
    const [initiators, responders] = token;
    const mine = this.#initiator ? initiators : responders;
    const theirs = this.#initiator ? responders : initiators;
    const pair = mine === "e" ? this.#ephemeral : this.#static;
    const key = theirs === "e" ? this.#remoteEphemeral : this.#remoteStatic;
    this.#symmetric.mixKey(diffieHellman(required(pair), required(key)));
  }
}

/** A key that the pattern guarantees to be known by now. */
function required<T>(key: T | undefined): T {
  if (key === undefined) throw new HandshakeError("a key is missing");
  return key;
}

function take(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length < length) {
    throw new HandshakeError("a handshake message is too short");
  }
  return bytes.subarray(0, length);
}
