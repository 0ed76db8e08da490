import { NotOwnerError, UnconfirmedError } from "../errors.ts";

/**
 * What is known of the claim on a client ID when an unpinned peer presents it
 * (PROTOCOL.md, "LOOKUP").
 */
export type ClaimAnswer =
  /** The registry says which key owns it. */
  | { readonly status: "owned"; readonly key: string }
  /** The registry says that no key has claimed it. */
  | { readonly status: "unclaimed" }
  /** The registry should know, and cannot be asked now; the reason is a phrase. */
  | { readonly status: "unknown"; readonly reason: string }
  /** No registry is in use that knows of keys. */
  | { readonly status: "noRegistry" };

/** How a client ID came to be presented: a question for the registry has a cause. */
export type Contact =
  /** By a peer that the user has asked for. */
  | { readonly by: "user" }
  /** By a peer that has called from a host. */
  | { readonly by: "call"; readonly host: string }
  /** By a letter. */
  | { readonly by: "letter" };

/** A client ID that is presented, and with which key. */
export interface Presented {
  /** The client ID. */
  readonly clientID: string;
  /** The key that the peer has proved, in base64. */
  readonly key: string;
  /** How it came. */
  readonly contact: Contact;
}

/**
 * Checks what the registry says about a client ID against the key.
 *
 * @throws {NotOwnerError} If the ID does not belong to the key.
 * @throws {UnconfirmedError} If that is not known now.
 */
export function checkAnswer(
  { clientID, key, contact: { by } }: Presented,
  answer: ClaimAnswer,
): void {
  switch (answer.status) {
    case "owned":
      if (answer.key === key) return;
      throw new NotOwnerError(
        `the peer claims to be ${clientID}, but the registry knows ` +
          `${clientID} by another key`,
      );
    case "unclaimed":
      if (by !== "letter") return;
      throw new NotOwnerError(
        `no key has claimed the client ID ${clientID}, and mail needs a ` +
          "claimed client ID",
      );
    case "unknown":
      throw new UnconfirmedError(
        `the registry could not confirm the client ID ${clientID}: ` +
          answer.reason,
      );
    case "noRegistry":
      if (by !== "letter") return;
      throw new UnconfirmedError("there is no registry to confirm the sender");
  }
}
