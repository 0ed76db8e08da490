import { isClientID } from "../../protocol/mod.ts";

/**
 * Before the client ID that a peer in plaintext gives itself, or that a registry
 * gives it: nothing proves it. A client ID has no tilde, so no conversation in
 * plaintext has the name of a client.
 */
const UNPROVED_MARK = "~";

/** The name of a conversation in plaintext with a peer that is called so. */
export function plainName(clientID: string): string {
  return UNPROVED_MARK + clientID;
}

/**
 * The client ID, which nothing proves, that the name of a conversation in
 * plaintext was made of: `bob` for `~bob` and for `~bob~2`.
 *
 * @returns Undefined if it is another name.
 */
export function unprovedID(name: string): string | undefined {
  const [before, clientID = ""] = name.split(UNPROVED_MARK);
  return before === "" && isClientID(clientID) ? clientID : undefined;
}
