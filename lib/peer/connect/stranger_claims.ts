import { fingerprintOf, isFingerprint } from "../../secure/mod.ts";
import { KeyChangedError, NotOwnerError, UnconfirmedError } from "../errors.ts";
import type { Store, Stranger } from "../store/mod.ts";
import type { KnownKeys } from "../trust/mod.ts";
import type { HeldLinks } from "./held_links.ts";

/** What is needed to ask whose a stranger's client ID is. */
export interface StrangerClaimsContext {
  /** Where the requests of strangers are. */
  readonly store: Pick<Store, "requests">;
  /** Asks the registry. */
  readonly knownKeys: KnownKeys;
  /** The links of strangers. */
  readonly heldLinks: HeldLinks;
}

/**
 * Asks the registry again whose the client ID of strangers is, and sends away
 * those who do not own it.
 *
 * @param text The name of the strangers, or the fingerprint of a key.
 * @throws {NotOwnerError | KeyChangedError} If it belongs to another key.
 */
export async function verifyStrangers(
  context: StrangerClaimsContext,
  text: string,
): Promise<void> {
  const { requests } = context.store;
  const isMeant = ({ name, key }: Stranger) =>
    isFingerprint(text) ? fingerprintOf(key) === text : name === text;
  for (const stranger of requests.all().filter(isMeant)) {
    try {
      await verifyStranger(context, stranger);
    } catch (error) {
      // The registry knew no other owner when the stranger asked.
      if (!(error instanceof UnconfirmedError)) throw error;
    }
  }
}

/**
 * Verifies that a stranger's client ID belongs to no other key by now, and sends
 * the stranger away if it does.
 *
 * @throws {NotOwnerError | KeyChangedError} If it does.
 * @throws {UnconfirmedError} If that is not known now.
 */
export async function verifyStranger(
  { store: { requests }, knownKeys, heldLinks }: StrangerClaimsContext,
  { name: clientID, key }: Stranger,
): Promise<void> {
  const contact = { by: "user" } as const;
  try {
    await knownKeys.verifyClaim({ clientID, key, contact }, { pin: false });
  } catch (error) {
    if (isOfAnother(error)) {
      requests.remove(key);
      heldLinks.hangUp(key);
    }
    throw error;
  }
}

/** Whether a client ID belongs to another key, by the registry or the pin. */
export function isOfAnother(error: unknown): boolean {
  return error instanceof NotOwnerError || error instanceof KeyChangedError;
}
