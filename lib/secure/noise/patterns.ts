/** A token of a message pattern (Noise, section 7.1). */
export type Token = "e" | "s" | "ee" | "es" | "se" | "ss";

/** A handshake pattern (Noise, section 7). */
export interface Pattern {
  /** The protocol name of the pattern with the one suite of the project. */
  readonly protocolName: string;
  /** Whether the initiator knows the responder's static key: a pre-message `s`. */
  readonly knowsResponder: boolean;
  /** The message patterns: the initiator writes the first, then they alternate. */
  readonly messages: readonly (readonly Token[])[];
}

/** For connections: each end learns the other's key, and an observer neither. */
export const XX: Pattern = {
  protocolName: "Noise_XX_25519_ChaChaPoly_SHA256",
  knowsResponder: false,
  messages: [["e"], ["e", "ee", "s", "es"], ["s", "se"]],
};

/** For a message to a recipient whose key is known, and who need not be online. */
export const X: Pattern = {
  protocolName: "Noise_X_25519_ChaChaPoly_SHA256",
  knowsResponder: true,
  messages: [["e", "es", "s", "ss"]],
};
