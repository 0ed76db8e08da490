import { MAX_BODY_BYTES } from "../../framing/mod.ts";
import type { CollectReply, CollectRequest } from "../../protocol/mod.ts";
import type { MethodContext, SessionState } from "./context.ts";

/**
 * COLLECT: removes the letters that the client has, and hands out the next
 * ones.
 */
export async function collect(
  { mailbox, runTimeS }: MethodContext,
  session: SessionState,
  { done }: CollectRequest,
): Promise<CollectReply> {
  const { key } = session.ref;
  session.mailNotified = false;
  if (done !== undefined) await mailbox.drop(key, done);
  const letters = await mailbox.collect(
    key,
    { maxBytes: MAX_BODY_BYTES },
    runTimeS,
  );
  return {
    sealed: letters.map(({ sealed }) => sealed),
    last: letters.at(-1)?.number,
  };
}
