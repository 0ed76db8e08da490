import type { Mutant } from "../mutant.ts";
import { CONSOLE } from "./console.ts";
import { SECURE } from "./secure.ts";

/** Every mutant of the list. */
export const MUTANTS: readonly Mutant[] = [...SECURE, ...CONSOLE];
