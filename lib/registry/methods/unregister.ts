import type { Awaitable } from "../store/mod.ts";
import type { MethodContext, SessionState } from "./context.ts";

/** UNREGISTER: ends the registration of the session at once. */
export function unregister(
  context: MethodContext,
  session: SessionState,
): Awaitable<void> {
  return endRegistration(context, session);
}

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
