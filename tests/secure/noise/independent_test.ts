import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { Identity, seal, unseal } from "../../../lib/secure/mod.ts";
import type { CipherState } from "../../../lib/secure/noise/cipher_state.ts";
import { Handshake } from "../../../lib/secure/noise/handshake.ts";
import { type Pattern, X, XX } from "../../../lib/secure/noise/patterns.ts";
import {
  loadNoiseC,
  type NoiseCCipher,
  type NoiseCHandshake,
} from "./noise_c.ts";

const EMPTY = new Uint8Array(0);
const noise = await loadNoiseC();

/** What the two sides of the tests have in common. */
interface Side {
  write(payload: Uint8Array): Uint8Array;
  read(message: Uint8Array): Uint8Array;
}

/** A side after the handshake. */
interface Ends extends Side, Disposable {
  readonly hash: Uint8Array;
  readonly remoteKey: Uint8Array;
}

interface Setting {
  readonly pattern: Pattern;
  readonly initiator: boolean;
  readonly prologue: Uint8Array;
  readonly identity: Identity;
  readonly remote: Uint8Array;
}

/** Our side of a handshake. */
class Ours implements Side {
  readonly #handshake: Handshake;

  constructor({ pattern, initiator, prologue, identity, remote }: Setting) {
    this.#handshake = new Handshake({
      pattern,
      initiator,
      prologue,
      staticKeys: identity.keyPair,
      remoteStatic: pattern.knowsResponder && initiator ? remote : undefined,
    });
  }

  write(payload: Uint8Array): Uint8Array {
    return this.#handshake.write(payload);
  }

  read(message: Uint8Array): Uint8Array {
    return this.#handshake.read(message);
  }

  split(): Ends {
    const { send, receive, hash, remoteKey } = this.#handshake.split();
    return {
      hash,
      remoteKey,
      write: (payload) => sealed(send, payload),
      read: (message) => receive.decrypt(EMPTY, message) ?? refused(),
      [Symbol.dispose]() {},
    };
  }
}

/** The same with the other implementation. */
class Theirs implements Side {
  readonly #handshake: NoiseCHandshake;

  constructor({ pattern, initiator, prologue, identity, remote }: Setting) {
    const { NOISE_ROLE_INITIATOR, NOISE_ROLE_RESPONDER } = noise.constants;
    this.#handshake = noise.HandshakeState(
      pattern.protocolName,
      initiator ? NOISE_ROLE_INITIATOR : NOISE_ROLE_RESPONDER,
    );
    this.#handshake.Initialize(
      prologue,
      identity.exportPrivateKey(),
      pattern.knowsResponder && initiator ? remote : null,
    );
  }

  write(payload: Uint8Array): Uint8Array {
    return this.#handshake.WriteMessage(payload);
  }

  read(message: Uint8Array): Uint8Array {
    return this.#handshake.ReadMessage(message, true);
  }

  split(): Ends {
    const hash = this.#handshake.GetHandshakeHash();
    const remoteKey = this.#handshake.GetRemotePublicKey();
    const [send, receive]: NoiseCCipher[] = this.#handshake.Split();
    return {
      hash,
      remoteKey,
      write: (payload) => send.EncryptWithAd(EMPTY, payload),
      read: (message) => receive.DecryptWithAd(EMPTY, message),
      [Symbol.dispose]() {
        send.free();
        receive.free();
      },
    };
  }
}

function sealed(cipher: CipherState, payload: Uint8Array): Uint8Array {
  const message = new Uint8Array(payload.length + cipher.overhead);
  cipher.encrypt(EMPTY, payload, message);
  return message;
}

function refused(): never {
  throw new Error("a message was refused");
}

/** Mostly short payloads, and the lengths at which ciphers change their ways. */
const payload = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 300 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 15, 16, 17, 63, 64, 65) },
  { weight: 1, arbitrary: fc.constantFrom(4095, 4096, 20_000, 65_400) },
).map((length) => crypto.getRandomValues(new Uint8Array(length)));

const transcript = fc.record({
  pattern: fc.constantFrom(XX, XX, X),
  oursFirst: fc.boolean(),
  prologue: fc.uint8Array({ maxLength: 80 }),
  handshake: fc.tuple(payload, payload, payload),
  transport: fc.array(fc.tuple(fc.boolean(), payload), { maxLength: 8 }),
});

Deno.test("1,000 random transcripts of XX and X agree with noise-c in both roles", () => {
  const initiator = Identity.generate();
  const responder = Identity.generate();
  fc.assert(
    fc.property(
      transcript,
      ({ pattern, oursFirst, prologue, handshake, transport }) => {
        const first: Setting = {
          pattern,
          initiator: true,
          prologue,
          identity: initiator,
          remote: responder.publicKey,
        };
        const second: Setting = {
          ...first,
          initiator: false,
          identity: responder,
        };
        const sides = oursFirst
          ? [new Ours(first), new Theirs(second)] as const
          : [new Theirs(first), new Ours(second)] as const;
        const payloads = handshake.slice(0, pattern.messages.length);
        for (const [i, payload] of payloads.entries()) {
          const [from, to] = i % 2 === 0 ? sides : [sides[1], sides[0]];
          assertEquals(to.read(from.write(payload)), payload);
        }
        using a = sides[0].split();
        using b = sides[1].split();
        assertEquals(a.hash, b.hash);
        assertEquals(a.remoteKey, responder.publicKey);
        assertEquals(b.remoteKey, initiator.publicKey);
        for (const [backwards, text] of transport) {
          if (backwards && pattern === X) continue;
          const [from, to] = backwards ? [b, a] : [a, b];
          assertEquals(to.read(from.write(text)), text);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("noise-c opens what was sealed for it, and we open what it seals", () => {
  const [us, them] = [Identity.generate(), Identity.generate()];
  const setting = {
    pattern: X,
    prologue: new TextEncoder().encode("p2pchat sealed message 1"),
    identity: them,
    remote: us.publicKey,
  };
  const text = new TextEncoder().encode("see you on Tuesday");

  const reader = new Theirs({ ...setting, initiator: false });
  assertEquals(reader.read(seal(them.publicKey, us, text)), text);
  using ends = reader.split();
  assertEquals(ends.remoteKey, us.publicKey);

  const writer = new Theirs({ ...setting, initiator: true });
  const { plaintext, senderKey } = unseal(us, writer.write(text));
  assertEquals(plaintext, text);
  assertEquals(senderKey, them.publicKey);
  writer.split()[Symbol.dispose]();
});
