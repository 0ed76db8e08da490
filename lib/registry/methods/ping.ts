import type { MethodContext, SessionState } from "./context.ts";

/** PING: renews the claim, which a client uses for as long as it is online. */
export function ping(context: MethodContext, session: SessionState): void {
  if (session.clientID !== undefined) {
    context.renew(session.clientID, session.key);
  }
}
