import type { ClientProcess, Event, StoredMessage } from "./client_process.ts";

/** The problems with the delivery of what one client sent to the other. */
export function checkDelivery(
  from: ClientProcess,
  to: ClientProcess,
  sent: readonly StoredMessage[],
  received: readonly StoredMessage[],
): string[] {
  const way = `${from.clientID} to ${to.clientID}`;
  const out = sent.filter(({ direction }) => direction === "out");
  const kept = received.filter(({ direction }) => direction === "in");
  const shown = to.runs.flatMap((run) => messagesIn(run));
  const expected = out.map(({ id }) => id);
  return [
    ...sentIDs(from).filter((id) => !expected.includes(id))
      .map((id) => `said to be sent, and not kept: ${id}`),
    ...out.filter(({ state }) => state !== "delivered")
      .map(({ id, text, state }) => `still ${state}: ${name(text)} (${id})`),
    ...compare(out, kept, "kept"),
    ...compare(out, firstOfEach(shown), "shown"),
    ...to.runs.flatMap((run) => twice(messagesIn(run)))
      .map(({ text }) => `shown twice by one process: ${name(text)}`),
  ].map((problem) => `${way}: ${problem}`);
}

/** The IDs of the messages that a client has reported as sent. */
export function sentIDs(client: ClientProcess): string[] {
  return client.runs.flat()
    .filter(({ event }) => event === "sent")
    .map(({ id }) => String(id));
}

interface ShownMessage {
  readonly id: string;
  readonly text: string;
}

function messagesIn(run: readonly Event[]): ShownMessage[] {
  return run.filter(({ event }) => event === "message")
    .map(({ id, text }) => ({ id: String(id), text: String(text) }));
}

function compare(
  expected: readonly ShownMessage[],
  found: readonly ShownMessage[],
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

function firstOfEach(messages: readonly ShownMessage[]): ShownMessage[] {
  const seen = new Set<string>();
  return messages.filter(({ id }) => {
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
}

function twice(messages: readonly ShownMessage[]): ShownMessage[] {
  const first = new Set(firstOfEach(messages));
  return messages.filter((message) => !first.has(message));
}

/** A message by the number with which its text begins. */
function name(text = "nothing"): string {
  return `message ${text.trimEnd().split(" ", 1)[0]}`;
}
