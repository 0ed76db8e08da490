import type { Mutant } from "../mutant.ts";
import { CLAIMS_AND_MAIL } from "./claims_and_mail.ts";
import { CONSOLE } from "./console.ts";
import { POLICY } from "./policy.ts";
import { ROTATION } from "./rotation.ts";
import { SECURE } from "./secure.ts";

/** Every mutant of the list. */
export const MUTANTS: readonly Mutant[] = [
  ...SECURE,
  ...CLAIMS_AND_MAIL,
  ...CONSOLE,
  ...ROTATION,
  ...POLICY,
];
