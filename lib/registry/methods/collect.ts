import { MAX_BODY_BYTES } from "../../framing/mod.ts";
import {
  type CollectReply,
  type CollectRequest,
  MAX_LETTERS_PER_PAGE,
} from "../../protocol/mod.ts";
import { storedBytes } from "../store/mod.ts";
import type { MethodContext, SessionState } from "./context.ts";

/**
 * COLLECT: removes the letters that the client has, and hands out the next
 * ones.
 *
 * @throws {RateLimitError} If the client has collected too many bytes.
 */
export async function collect(
  context: MethodContext,
  session: SessionState,
  { done, after }: CollectRequest,
): Promise<CollectReply> {
  const { mailbox, runTimeS } = context;
  const { origin, ref: { key } } = session;
  context.checkCollect(key, origin);
  session.mailNotified = false;
  if (done.length > 0) await mailbox.drop(key, done);
  const waiting = await mailbox.collect(
    key,
    { after, maxBytes: MAX_BODY_BYTES },
    runTimeS,
  );
  const letters = waiting.slice(0, MAX_LETTERS_PER_PAGE);
  const bytes = letters.map(({ sealed }) => storedBytes(sealed.length));
  context.countCollected(key, origin, bytes.reduce((sum, n) => sum + n, 0));
  return letters;
}
