import { CODE, type DepositRequest } from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import type { MethodContext, SessionState } from "./context.ts";

/**
 * DEPOSIT: stores a letter for the owner of a client ID, sealed to the key that
 * the sender names.
 *
 * @throws {RegistryError} If another key owns the ID, or none, or there is no
 * room.
 */
export function deposit(
  context: MethodContext,
  _session: SessionState,
  { target, key, sealed }: DepositRequest,
): void {
  const owner = context.owner(target);
  if (owner === undefined) {
    throw new RegistryError(CODE.notFound, `${target} is not known`);
  }
  if (owner !== key) {
    throw new RegistryError(CODE.conflict, `${target} does not have that key`);
  }
  context.deposit(target, key, sealed);
}
