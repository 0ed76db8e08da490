import createNoise from "noise-c.wasm";

/** Somebody else's Noise: noise-c by Rhys Weatherley, as WebAssembly. */
export interface NoiseC {
  readonly constants: {
    readonly NOISE_ROLE_INITIATOR: number;
    readonly NOISE_ROLE_RESPONDER: number;
  };
  /** The handshake of a protocol in a role. */
  HandshakeState(protocolName: string, role: number): NoiseCHandshake;
}

/** Its HandshakeState object. `Split` frees it; so does an error. */
export interface NoiseCHandshake {
  Initialize(
    prologue: Uint8Array,
    privateKey: Uint8Array,
    remoteKey: Uint8Array | null,
  ): void;
  WriteMessage(payload: Uint8Array): Uint8Array;
  ReadMessage(message: Uint8Array, payloadNeeded: true): Uint8Array;
  GetHandshakeHash(): Uint8Array;
  GetRemotePublicKey(): Uint8Array;
  Split(): [send: NoiseCCipher, receive: NoiseCCipher];
  free(): void;
}

/** Its CipherState object. */
export interface NoiseCCipher {
  EncryptWithAd(ad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  DecryptWithAd(ad: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  free(): void;
}

/** Loads it. It would tell the console how. */
export function loadNoiseC(): Promise<NoiseC> {
  return new Promise((resolve) => createNoise({ printErr() {} }, resolve));
}
