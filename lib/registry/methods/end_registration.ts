import type { Awaitable } from "../store/mod.ts";
import type { MethodContext, SessionState } from "./context.ts";

/**
 * Ends the lease that a session holds, if it holds one.
 *
 * @param graceS How long the lease goes on, in s. Default: it ends at once.
 */
export function endRegistration(
  { directory, nowS }: MethodContext,
  session: SessionState,
  graceS?: number,
): Awaitable<void> {
  const { clientID, ref } = session;
  if (clientID === undefined) return;
  session.clientID = undefined;
  return directory.release(clientID, ref, nowS, graceS);
}
