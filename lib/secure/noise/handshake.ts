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

/** What a handshake starts from. */
export interface HandshakeOptions {
  /** Who says what in which message. */
  readonly pattern: Pattern;
  /** Whether this side writes the first message. */
  readonly initiator: boolean;
  /** What both sides know before the handshake, and must agree on. */
  readonly prologue: Uint8Array;
  /** This side's static key pair. */
  readonly staticKeys: KeyPair;
  /** The responder's static key, where the pattern needs the initiator to know it. */
  readonly remoteStatic?: Uint8Array | undefined;
  /** Makes the ephemeral key pair. Only a test with known answers sets this. */
  readonly ephemeral?: () => KeyPair;
}

/** What a handshake ends in. */
export interface Session {
  /** Encrypts what this side says. */
  readonly send: CipherState;
  /** Decrypts what the other side says. */
  readonly receive: CipherState;
  /** 32 bytes that name this session, the same on both sides. */
  readonly hash: Uint8Array;
  /** The other side's static key, 32 bytes. */
  readonly remoteKey: Uint8Array;
}

/**
 * The HandshakeState object (Noise, section 5.3). It does no input or output:
 * call {@linkcode write} and {@linkcode read} in the order of the pattern,
 * then {@linkcode split}. After an error it is of no more use, and wiped.
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
  /** The index of the message that comes next. */
  #turn = 0;

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
          ? known(options.remoteStatic)
          : options.staticKeys.publicKey,
      );
    }
  }

  /** The other side's static key, 32 bytes, once it is known. */
  get remoteStatic(): Uint8Array | undefined {
    return this.#remoteStatic;
  }

  /** Whether all messages have been written and read. */
  get done(): boolean {
    return this.#turn === this.#pattern.messages.length;
  }

  /**
   * WriteMessage.
   *
   * @param payload What is sent along.
   * @throws {HandshakeError} If it is not this side's turn, or the message
   * would exceed `MAX_NOISE_MESSAGE_BYTES` bytes.
   * @throws {InvalidKeyError} If the other side's key is refused.
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
   * @returns What was sent along.
   * @throws {HandshakeError} If the message is not genuine, not whole, or it
   * is not the other side's turn.
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
   * Split: what goes over into transport messages. With a one-way pattern only
   * the initiator's `send` and the responder's `receive` may be used.
   *
   * @throws {HandshakeError} If the handshake is not over.
   */
  split(): Session {
    if (!this.done) throw new HandshakeError("the handshake is not over");
    const remoteKey = known(this.#remoteStatic);
    const { ciphers: [first, second], hash } = this.#symmetric.split();
    this.#ephemeral = undefined;
    return this.#initiator
      ? { send: first, receive: second, hash, remoteKey }
      : { send: second, receive: first, hash, remoteKey };
  }

  /** Forgets all keys; the handshake cannot go on. */
  wipe(): void {
    this.#symmetric.wipe();
    this.#ephemeral = undefined;
  }

  /** The same as {@linkcode wipe}. */
  [Symbol.dispose](): void {
    this.wipe();
  }

  #step<T>(writing: boolean, work: (tokens: readonly Token[]) => T): T {
    const mine = (this.#turn % 2 === 0) === this.#initiator;
    try {
      const tokens = this.#pattern.messages[this.#turn];
      if (tokens === undefined || mine !== writing) {
        throw new HandshakeError("a handshake message is out of turn");
      }
      const result = work(tokens);
      this.#turn++;
      return result;
    } catch (error) {
      this.wipe();
      // A key that the other side sent makes its message a bad one.
      if (!writing && error instanceof InvalidKeyError) {
        throw new HandshakeError("a handshake message holds a bad key", {
          cause: error,
        });
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
    this.#agree(token);
    return new Uint8Array(0);
  }

  /** Does what a token says; returns how many bytes it took. */
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
    this.#agree(token);
    return 0;
  }

  /** The first letter is the initiator's key, the second the responder's. */
  #agree(token: Exclude<Token, "e" | "s">): void {
    const [initiators, responders] = token;
    const mine = this.#initiator ? initiators : responders;
    const theirs = this.#initiator ? responders : initiators;
    const pair = mine === "e" ? this.#ephemeral : this.#static;
    const key = theirs === "e" ? this.#remoteEphemeral : this.#remoteStatic;
    this.#symmetric.mixKey(diffieHellman(known(pair), known(key)));
  }
}

/** A key that the pattern guarantees to be there by now. */
function known<T>(key: T | undefined): T {
  if (key === undefined) throw new HandshakeError("a key is missing");
  return key;
}

function take(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length < length) {
    throw new HandshakeError("a handshake message is too short");
  }
  return bytes.subarray(0, length);
}
