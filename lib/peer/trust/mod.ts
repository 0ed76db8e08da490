/**
 * Which keys are known, whether a key changed, what would be a downgrade to
 * plaintext, and whom the user has accepted.
 *
 * @module
 */
export {
  ACCEPT_POLICIES,
  Acceptance,
  type AcceptPolicy,
  type Admission,
} from "./acceptance.ts";
export type { ClaimAnswer, Contact, Presented } from "./claim_answer.ts";
export { FirstContacts } from "./first_contacts.ts";
export { HeldRequests } from "./held_requests.ts";
export {
  DAILY_QUOTAS,
  msUntilNextDay,
  NO_QUOTAS,
  type Quotas,
  type QuotaScope,
  type SenderBudget,
  type SenderQuota,
  SenderQuotas,
  type SenderQuotasOptions,
} from "./quotas.ts";
export { PlainQuotas } from "./plain_quotas.ts";
export { toConnectError } from "./downgrade.ts";
export { KnownKeys } from "./known_keys.ts";
export {
  OwnKeys,
  type OwnKeysOptions,
  type StatementRecipient,
} from "./own_keys.ts";
export {
  type PresentedRotation,
  Rotations,
  type RotationsOptions,
} from "./rotations.ts";
