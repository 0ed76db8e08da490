import type { Event, Kept, Member } from "./member.ts";

/** What is wrong with what came of what one member sent the other. */
export function verdict(
  from: Member,
  to: Member,
  sent: readonly Kept[],
  received: readonly Kept[],
): string[] {
  const way = `${from.clientID} to ${to.clientID}`;
  const out = sent.filter(({ direction }) => direction === "out");
  const kept = received.filter(({ direction }) => direction === "in");
  const shown = to.runs.flatMap((run) => messagesIn(run));
  const expected = out.map(({ id }) => id);
  return [
    ...claims(from).filter((id) => !expected.includes(id))
      .map((id) => `said to be sent, and not kept: ${id}`),
    ...out.filter(({ state }) => state !== "delivered")
      .map(({ id, text, state }) => `still ${state}: ${name(text)} (${id})`),
    ...compare(out, kept, "kept"),
    ...compare(out, firstOfEach(shown), "shown"),
    ...to.runs.flatMap((run) => twice(messagesIn(run)))
      .map(({ text }) => `shown twice by one process: ${name(text)}`),
  ].map((problem) => `${way}: ${problem}`);
}

/** The messages of which a member has printed that they are sent. */
export function claims(member: Member): string[] {
  return member.runs.flat()
    .filter(({ event }) => event === "sent")
    .map(({ id }) => String(id));
}

interface Shown {
  readonly id: string;
  readonly text: string;
}

function messagesIn(run: readonly Event[]): Shown[] {
  return run.filter(({ event }) => event === "message")
    .map(({ id, text }) => ({ id: String(id), text: String(text) }));
}

function compare(
  expected: readonly Shown[],
  found: readonly Shown[],
  how: string,
): string[] {
  const ids = new Set(found.map(({ id }) => id));
  const missing = expected.filter(({ id }) => !ids.has(id));
  const rest = expected.filter(({ id }) => ids.has(id));
  const at = rest.findIndex(({ id }, n) => found[n]?.id !== id);
  return [
    ...missing.map(({ text, id }) => `not ${how}: ${name(text)} (${id})`),
    ...at < 0 ? [] : [
      `not in order as ${how}: ${name(found[at]?.text)} in the place of ` +
      name(rest[at]?.text),
    ],
    ...found.length === rest.length
      ? []
      : [`${how} ${found.length} times, and ${rest.length} were sent`],
    ...expected.filter(({ id, text }) =>
      found.some((other) => other.id === id && other.text !== text)
    ).map(({ text }) => `${how} with another text: ${name(text)}`),
  ];
}

function firstOfEach(messages: readonly Shown[]): Shown[] {
  const seen = new Set<string>();
  return messages.filter(({ id }) => {
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
}

function twice(messages: readonly Shown[]): Shown[] {
  const first = new Set(firstOfEach(messages));
  return messages.filter((message) => !first.has(message));
}

/** The number that a text begins with. */
function name(text = "nothing"): string {
  return `message ${text.trimEnd().split(" ", 1)[0]}`;
}
