/** What a handshake message does, in order (Noise, section 7.1). */
export type Token = "e" | "s" | "ee" | "es" | "se" | "ss";

/** A handshake pattern (Noise, section 7). */
export interface Pattern {
  /** The name of the protocol that it makes with the one suite spoken here. */
  readonly protocolName: string;
  /** Whether the initiator knows the responder's static key beforehand. */
  readonly knowsResponder: boolean;
  /** The messages: the initiator writes the first, then they take turns. */
  readonly messages: readonly (readonly Token[])[];
}

/** For connections: both learn the other's key, and strangers neither. */
export const XX: Pattern = {
  protocolName: "Noise_XX_25519_ChaChaPoly_SHA256",
  knowsResponder: false,
  messages: [["e"], ["e", "ee", "s", "es"], ["s", "se"]],
};

/** For a message to somebody whose key is known and who need not be there. */
export const X: Pattern = {
  protocolName: "Noise_X_25519_ChaChaPoly_SHA256",
  knowsResponder: true,
  messages: [["e", "es", "s", "ss"]],
};
