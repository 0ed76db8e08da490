import type { Candidate } from "./candidate.ts";

/** A client as the registry names it. */
export interface Client {
  /** Its client ID. */
  readonly clientID: string;
  /** Where it may be reached, the best first; at least one. */
  readonly candidates: readonly Candidate[];
  /** Its public key, in base64; none if it has registered in plain. */
  readonly key?: string;
}
