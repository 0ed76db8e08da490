import { MAX_BODY } from "../../framing/mod.ts";
import type { CollectReply, CollectRequest } from "../../protocol/mod.ts";
import type { MethodContext, SessionState } from "./context.ts";

/**
 * COLLECT: removes the letters that the client has, and hands out the next
 * ones.
 */
export function collect(
  context: MethodContext,
  session: SessionState,
  { done }: CollectRequest,
): CollectReply {
  session.mailNotified = false;
  if (done !== undefined) context.drop(session.key, done);
  const letters = context.collect(session.key, MAX_BODY);
  return {
    sealed: letters.map(({ sealed }) => sealed),
    last: letters.at(-1)?.number,
  };
}
