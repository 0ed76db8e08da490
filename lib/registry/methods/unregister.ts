import type { MethodContext, SessionState } from "./context.ts";

/** UNREGISTER: ends the registration of the session at once. */
export function unregister(
  context: MethodContext,
  session: SessionState,
): void {
  endRegistration(context, session);
}

/**
 * Ends the lease that a session holds, if it holds one.
 *
 * @param expires When, in s on the directory's clock; at once by default.
 */
export function endRegistration(
  { directory }: MethodContext,
  session: SessionState,
  expires?: number,
): void {
  if (session.clientID === undefined) return;
  directory.release(session.clientID, session, expires);
  session.clientID = undefined;
}
