import { formatAddress } from "../../net/mod.ts";
import type { Client, Incoming, Outgoing, Party } from "../../peer/mod.ts";
import type { ConsoleEvent } from "../events/mod.ts";

/** What a script may send besides commands: a text as it is. */
export interface TextLine {
  readonly text: string;
  readonly to?: string;
}

/** Writes an event as the JSON object that scripts get (README, "For scripts"). */
export function toJson(event: ConsoleEvent): string {
  return JSON.stringify({ event: event.type, ...fields(event) });
}

/**
 * Reads a line of the form `{"text": "…", "to": "bob"}`.
 *
 * @returns Undefined if it is not of that form.
 */
export function parseTextLine(line: string): TextLine | undefined {
  try {
    const { text, to }: { text: unknown; to: unknown } = JSON.parse(line);
    if (typeof text !== "string") return undefined;
    if (to === undefined) return { text };
    return typeof to === "string" ? { text, to } : undefined;
  } catch {
    return undefined;
  }
}

function fields(event: ConsoleEvent): Record<string, unknown> {
  switch (event.type) {
    case "listening":
      return {
        clientID: event.clientID,
        address: formatAddress(event.address),
      };
    case "registered":
      return {
        clientID: event.clientID,
        registry: formatAddress(event.registry),
      };
    case "clients":
      return { clients: event.clients.map(client) };
    case "bridged":
      return client(event.client);
    case "nobody":
      return { target: event.target };
    case "connected":
      return party(event.party);
    case "named":
      return { ...party(event.party), was: event.was };
    case "message":
      return {
        from: event.from.name,
        protection: event.from.protection,
        text: event.text,
        id: event.id,
        time: timeOf(event.time),
      };
    case "sent":
      return { to: event.to, text: event.text, id: event.id };
    case "left":
    case "delivered":
      return { to: event.to, id: event.id };
    case "waiting":
      return { to: event.to, reason: event.reason };
    case "linkLost":
      return { ...party(event.party), reason: event.reason };
    case "linkBack":
      return party(event.party);
    case "queue":
      return { messages: event.messages.map(message) };
    case "history":
      return { messages: event.messages.map(message), earlier: event.earlier };
    case "unsent":
      return message(event.message);
    case "forgotten":
      return { name: event.name, messages: event.messages, left: event.left };
    case "whoami":
      return {
        clientID: event.clientID,
        fingerprint: event.fingerprint,
        address: formatAddress(event.address),
        registry: formatAddress(event.registry),
        registryKey: event.registryKey,
      };
    case "verified":
      return { clientID: event.clientID, safetyNumber: event.safetyNumber };
    case "trusted":
      return { name: event.name, fingerprint: event.fingerprint };
    case "keyChanged": {
      const { name, fingerprint, reason } = event;
      return { name, fingerprint, reason };
    }
    case "refused":
      return { address: formatAddress(event.address), reason: event.reason };
    case "registryLost": {
      const { reason, final } = event;
      return { registry: formatAddress(event.registry), reason, final };
    }
    case "registryBack":
      return { registry: formatAddress(event.registry) };
    case "target":
      return { name: event.name };
    case "disconnected":
      return { ...party(event.party), reason: event.reason };
    case "peers":
      return { peers: event.parties.map(party), target: event.target };
    case "help":
      return {
        commands: event.commands.map(({ usage, help }) => ({ usage, help })),
      };
    case "problem":
      return { message: event.message };
  }
}

function client({ clientID, address, key }: Client) {
  return { clientID, address: formatAddress(address), key };
}

function party(party: Party) {
  const { name, direction, protection, broken } = party;
  const address = formatAddress(party.address);
  return { name, address, direction, protection, broken };
}

function message(message: Incoming | Outgoing) {
  const { direction, peer, id, text } = message;
  const time = timeOf(message.time);
  const state = message.direction === "out" ? message.state : undefined;
  return { direction, peer, id, time, text, state };
}

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
