import type { Candidates } from "./candidate.ts";

/** A client as the registry names it. */
export interface Client {
  /** Its client ID. */
  readonly clientID: string;
  /** Where it may be reached, the best first. */
  readonly candidates: Candidates;
  /** Its public key, in base64; none if it has registered in plain. */
  readonly key?: string;
}
