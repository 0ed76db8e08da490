import type { Store } from "../../../../lib/registry/mod.ts";

/** What a store must do, each by the sentence that it proves. */
export type StoreCases = Record<string, (store: Store) => Promise<void>>;
