import type { MethodContext, SessionState } from "./context.ts";

/** PING: renews the claim, which a client uses for as long as it is online. */
export async function ping(
  { claims, runTimeS }: MethodContext,
  { clientID, ref }: SessionState,
): Promise<void> {
  if (clientID !== undefined) await claims.renew(clientID, ref.key, runTimeS);
}
