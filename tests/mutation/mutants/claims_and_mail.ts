import type { Mutant } from "../mutant.ts";

const STORE = ["tests/registry/store/"];
const METHODS = ["tests/registry/methods/"];
const SWEEP = ["tests/registry/sweep_test.ts"];
const RATES = ["tests/registry/policy/rates_test.ts"];
const RUN_TIME = ["tests/registry/run_time_test.ts"];

/** Faults of a registry's claims and letters. */
export const CLAIMS_AND_MAIL: readonly Mutant[] = [
  {
    fault: "anybody's Done deletes everybody's letters",
    file: "lib/registry/store/sqlite/mailbox.ts",
    from: 'WHERE recipient = ? AND number = ?"',
    to: "WHERE ?1 <> '' AND number = ?2\"",
    tests: METHODS,
  },
  {
    fault: "a letter is handed out to everybody",
    file: "lib/registry/store/sqlite/mailbox.ts",
    from: "WHERE recipient = ? AND time > ? AND number > ?",
    to: "WHERE ?1 <> '' AND time > ?2 AND number > ?3",
    tests: METHODS,
  },
  {
    fault: "a letter is handed out after its time",
    file: "lib/registry/store/sqlite/mailbox.ts",
    from: "this.#read.all(key, runTimeS - LETTER_TTL_S,",
    to: "this.#read.all(key, -1e9,",
    tests: STORE,
  },
  {
    fault: "a letter that has expired still takes room in its mailbox",
    file: "lib/registry/store/sqlite/mailbox.ts",
    from: "recipient, runTimeS - LETTER_TTL_S);",
    to: "recipient, -1e9);",
    tests: STORE,
  },
  {
    fault: "one sender fills a mailbox",
    file: "lib/registry/store/mailbox_limits.ts",
    from:
      "if (own + add > share || !leavesRoom) throw new SenderShareError();\n",
    to: "",
    tests: METHODS,
  },
  {
    fault: "a sender has three quarters beside others",
    file: "lib/registry/store/mailbox_limits.ts",
    from: "const SENDER_SHARE = 1 / 4;",
    to: "const SENDER_SHARE = 3 / 4;",
    tests: METHODS,
  },
  {
    fault: "a few senders leave no room for one more",
    file: "lib/registry/store/mailbox_limits.ts",
    from: "isSole || own <= max - all - add",
    to: "true || own <= max - all - add",
    tests: METHODS,
  },
  {
    fault: "a mailbox has no end",
    file: "lib/registry/store/mailbox_limits.ts",
    from: "if (all + add > max) throw new MailboxFullError();",
    to: "",
    tests: STORE,
  },
  {
    fault: "the letters of all recipients together have no end",
    file: "lib/registry/store/sqlite/mailbox.ts",
    from: "if (this.storedBytes + bytes > most) return false;",
    to: "",
    tests: METHODS,
  },
  {
    fault: "full mailboxes take the room of all others",
    file: "lib/registry/store/mailbox_limits.ts",
    from: "? maxBytes : maxBytes / 2",
    to: "? maxBytes : maxBytes",
    tests: STORE,
  },
  {
    fault: "what has expired is not removed for a new letter",
    file: "lib/registry/store/sqlite/mailbox.ts",
    from:
      "      this.#removeExpired(runTimeS, bytes * REMOVED_PER_DEPOSITED);\n",
    to: "",
    tests: STORE,
  },
  {
    fault: "a new letter removes no more than it adds",
    file: "lib/registry/store/sqlite/mailbox.ts",
    from: "const REMOVED_PER_DEPOSITED = 2;",
    to: "const REMOVED_PER_DEPOSITED = 1;",
    tests: STORE,
  },
  {
    fault: "the sweep removes letters that have not expired",
    file: "lib/registry/store/sqlite/mailbox.ts",
    from: "WHERE time <= ?\n",
    to: "WHERE time <= ? + 1e9\n",
    tests: STORE,
  },
  {
    fault: "what letters took stays taken when they are dropped",
    file: "lib/registry/store/sqlite/mailbox.ts",
    from: "SET bytes = bytes - old.size - 512",
    to: "SET bytes = bytes",
    tests: STORE,
  },
  {
    fault: "a sweep stops after its first part",
    file: "lib/registry/service.ts",
    from: "if (hasMoreClaims || hasMoreLetters) this.#sweepAtS = this.#nowS;",
    to: "",
    tests: SWEEP,
  },
  {
    fault: "a sweep gives no space back",
    file: "lib/registry/store/sqlite/mailbox.ts",
    from: "return isLeft || giveBack(this.#database);",
    to: "return isLeft;",
    tests: STORE,
  },
  {
    fault: "a letter is stored for a key that is not the owner's",
    file: "lib/registry/methods/deposit.ts",
    from: "if (claim.key !== key) {",
    to: "if (claim.key !== key && key === '') {",
    tests: METHODS,
  },
  {
    fault: "a letter is stored for an ID that no key has claimed",
    file: "lib/registry/methods/deposit.ts",
    from:
      "throw new RegistryError(CODE.notFound, `unknown client ID ${target}`);",
    to:
      "await mailbox.deposit({ recipient: key, sender, sealed }, runTimeS);\n    return;",
    tests: METHODS,
  },
  {
    fault: "the bytes of letters are not counted",
    file: "lib/registry/methods/deposit.ts",
    from:
      "  context.countDeposit(sender, origin, storedBytes(sealed.length));\n",
    to: "",
    tests: METHODS,
  },
  {
    fault: "the bytes that a client collects are not counted",
    file: "lib/registry/methods/collect.ts",
    from:
      "  context.countCollected(key, origin, bytes.reduce((sum, n) => sum + n, 0));\n",
    to: "",
    tests: METHODS,
  },
  {
    fault: "a client that has collected too much collects on",
    file: "lib/registry/methods/collect.ts",
    from: "  context.checkCollect(key, origin);\n",
    to: "",
    tests: METHODS,
  },
  {
    fault: "the bytes of letters are not limited for an address",
    file: "lib/registry/policy/rates.ts",
    from: "this.#countBoth(this.#depositedBytes, origin, key, bytes);",
    to: "this.#countKey(this.#depositedBytes.byKey, key, bytes);",
    tests: RATES,
  },
  {
    fault: "a claim holds for one spelling only",
    file: "lib/registry/store/sqlite/claims.ts",
    from: "        WHERE client_id = ?1 COLLATE NOCASE AND used > ?2\n",
    to: "        WHERE client_id = ?1 AND used > ?2\n",
    tests: STORE,
  },
  {
    fault: "another key may claim an ID in another spelling",
    file: "lib/registry/store/sqlite/claims.ts",
    from: 'if (row.text("key") !== key) return false;',
    to:
      'if (row.text("key") !== key && row.text("client_id") === clientID) return false;',
    tests: STORE,
  },
  {
    fault: "a third spelling of an ID may be claimed beside two",
    file: "lib/registry/store/sqlite/claims.ts",
    from: "else if (this.#spellings(clientID, runTimeS) > 1) return false;",
    to: "",
    tests: STORE,
  },
  {
    fault: "PING renews the claim of another key",
    file: "lib/registry/store/sqlite/claims.ts",
    from: 'if (row?.text("key") === key) this.#use(row, runTimeS);',
    to: "if (row) this.#use(row, runTimeS);",
    tests: STORE,
  },
  {
    fault: "any key may move a claim",
    file: "lib/registry/store/sqlite/claims.ts",
    from: "if (claim?.key === fromKey) {",
    to: "if (claim !== undefined) {",
    tests: STORE,
  },
  {
    fault: "a claim lapses never",
    file: "lib/registry/store/sqlite/claims.ts",
    from: "return this.#find.get(clientID, runTimeS - CLAIM_TTL_S);",
    to: "return this.#find.get(clientID, -1e9);",
    tests: STORE,
  },
  {
    fault: "claims that have lapsed add up",
    file: "lib/registry/store/sqlite/claims.ts",
    from:
      "        this.#sweep.run(runTimeS - CLAIM_TTL_S, REMOVED_PER_CLAIM);\n",
    to: "",
    tests: STORE,
  },
  {
    fault: "claims age by the machine's clock",
    file: "lib/registry/service.ts",
    from: "return this.#runTime.atOpenS + this.#nowS;",
    to: "return Math.floor(Date.now() / 1000);",
    tests: RUN_TIME,
  },
  {
    fault: "a registry forgets how long it has run",
    file: "lib/registry/service.ts",
    from:
      "    await this.#log.failureOf(() => this.#runTime.save(this.runTimeS));\n",
    to: "",
    tests: RUN_TIME,
  },
  {
    fault: "a client in plain renews another spelling of a claimed ID",
    file: "lib/registry/methods/plain/register.ts",
    from: "|| context.newClaims.has(clientID)",
    to: "",
    tests: METHODS,
  },
  {
    fault: "BRIDGE names a client in plain under a spelling of a claimed ID",
    file: "lib/registry/methods/bridge.ts",
    from: "return lease === undefined || lease.session ||",
    to: "return true || lease === undefined || lease.session ||",
    tests: METHODS,
  },
  {
    fault: "LOOKUP knows the client in plain rather than the owner",
    file: "lib/registry/methods/lookup.ts",
    from: "const key = claim?.key ?? lease?.session?.key;",
    to: "const key = lease?.session?.key;",
    tests: METHODS,
  },
  {
    fault: "two sessions of one key are registered in two spellings",
    file: "lib/registry/methods/register.ts",
    from: "await endOldSpelling(context, session, before);",
    to: "",
    tests: METHODS,
  },
];
