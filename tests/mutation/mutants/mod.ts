import type { Mutant } from "../mutant.ts";
import { CLAIMS_AND_MAIL } from "./claims_and_mail.ts";
import { CONSOLE } from "./console.ts";
import { POLICY } from "./policy.ts";
import { PLAIN_NAMES } from "./plain_names.ts";
import { REGISTRY } from "./registry.ts";
import { REGISTRY_LIES } from "./registry_lies.ts";
import { ROTATION } from "./rotation.ts";
import { REGISTRY_MEMORY } from "./registry_memory.ts";
import { SECURE } from "./secure.ts";
import { STORAGE } from "./storage.ts";
import { STRANGERS } from "./strangers.ts";
import { TARGET } from "./target.ts";
import { TIMEOUTS } from "./timeouts.ts";
import { TRUST } from "./trust.ts";
import { TRUSTED_PROXY } from "./trusted_proxy.ts";

/** Every mutant of the list. */
export const MUTANTS: readonly Mutant[] = [
  ...SECURE,
  ...CLAIMS_AND_MAIL,
  ...CONSOLE,
  ...PLAIN_NAMES,
  ...ROTATION,
  ...REGISTRY_LIES,
  ...POLICY,
  ...REGISTRY,
  ...TARGET,
  ...TIMEOUTS,
  ...STORAGE,
  ...STRANGERS,
  ...TRUST,
  ...REGISTRY_MEMORY,
  ...TRUSTED_PROXY,
];
