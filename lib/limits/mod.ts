/**
 * Limiters: the token bucket, and the count of what is open by origin. Every
 * limiter of the project is one of these.
 *
 * @module
 */
export { CountingBucket } from "./counting_bucket.ts";
export { networkFactor } from "./network_factors.ts";
export { OriginBuckets } from "./origin_buckets.ts";
export {
  type LimitReached,
  OriginCounter,
  type OriginLimits,
} from "./origin_counter.ts";
export { type Rate, TokenBucket, TokenBuckets } from "./token_bucket.ts";
