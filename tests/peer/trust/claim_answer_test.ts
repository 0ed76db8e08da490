import { assertThrows } from "@std/assert";
import { NotOwnerError, UnconfirmedError } from "../../../lib/peer/errors.ts";
import {
  checkAnswer,
  type ClaimAnswer,
  type Contact,
} from "../../../lib/peer/trust/claim_answer.ts";

const USER = { by: "user" } as const;
const CALL = { by: "call", host: "192.0.2.1" } as const;
const LETTER = { by: "letter" } as const;
const ALL = [USER, CALL, LETTER];

/** What the registry says, and what is refused then. */
const REFUSED: [
  says: string,
  answer: ClaimAnswer,
  refused: readonly Contact[],
  type: typeof NotOwnerError | typeof UnconfirmedError,
][] = [
  ["the key owns it", { status: "owned", key: "B" }, [], NotOwnerError],
  ["another key owns it", { status: "owned", key: "C" }, ALL, NotOwnerError],
  ["no key has claimed it", { status: "unclaimed" }, [LETTER], NotOwnerError],
  [
    "nothing now",
    { status: "unknown", reason: "it is away" },
    ALL,
    UnconfirmedError,
  ],
];

for (const [says, answer, refused, type] of REFUSED) {
  Deno.test(`what a first contact is worth where the registry says of the client ID that ${says}`, () => {
    for (const contact of ALL) {
      const check = () =>
        checkAnswer({ clientID: "bob", key: "B", contact }, answer);
      if (refused.includes(contact)) assertThrows(check, type);
      else check();
    }
  });
}

Deno.test("without a registry a call is a first contact, and a letter is not", () => {
  const answer = { status: "noRegistry" } as const;
  checkAnswer({ clientID: "bob", key: "B", contact: USER }, answer);
  checkAnswer({ clientID: "bob", key: "B", contact: CALL }, answer);
  assertThrows(
    () => checkAnswer({ clientID: "bob", key: "B", contact: LETTER }, answer),
    UnconfirmedError,
    "there is no registry to confirm the sender",
  );
});
