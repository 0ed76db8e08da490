import type { Awaitable } from "../store/mod.ts";
import type { MethodContext, SessionState } from "./context.ts";
import { endRegistration } from "./end_registration.ts";

/** UNREGISTER: ends the registration of the session at once. */
export function unregister(
  context: MethodContext,
  session: SessionState,
): Awaitable<void> {
  return endRegistration(context, session);
}
