import { CODE, type DepositRequest } from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import {
  LetterTooLargeError,
  MailboxFullError,
  storedBytes,
} from "../store/mod.ts";
import type { MethodContext, SessionState } from "./context.ts";

/**
 * DEPOSIT: stores a letter for the owner of a client ID, in any spelling, sealed to
 * the key that the sender names, and tells the owner if it is online.
 *
 * @throws {RateLimitError} If the sender leaves too many bytes.
 * @throws {RegistryError} If another key owns the ID, or none, or there is no
 * room.
 */
export async function deposit(
  context: MethodContext,
  { origin, ref: { key: sender } }: SessionState,
  { target, key, sealed }: DepositRequest,
): Promise<void> {
  const { claims, mailbox, directory, push, nowS, runTimeS } = context;
  const claim = await claims.find(target, runTimeS);
  if (claim === undefined) {
    throw new RegistryError(CODE.notFound, `unknown client ID ${target}`);
  }
  if (claim.key !== key) {
    throw new RegistryError(CODE.conflict, `${target} belongs to another key`);
  }
  context.countDeposit(sender, origin, storedBytes(sealed.length));
  try {
    await mailbox.deposit({ recipient: key, sender, sealed }, runTimeS);
  } catch (error) {
    throw letterError(error) ?? error;
  }
  const lease = await directory.find(claim.clientID, nowS);
  if (lease?.session?.key === key) {
    await push.notify(lease.session, { type: "mail" });
  }
}

/** The error of a request whose letter the mailbox refuses. */
function letterError(error: unknown): RegistryError | undefined {
  if (error instanceof LetterTooLargeError) {
    return new RegistryError(CODE.tooLarge, error.message);
  }
  if (error instanceof MailboxFullError) {
    return new RegistryError(CODE.mailboxFull, error.message);
  }
}
