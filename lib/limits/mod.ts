/**
 * Limiters: the token bucket, and the count of what is open by origin.
 *
 * @module
 */
export { type Rate, TokenBuckets } from "./token_bucket.ts";
