import type { ConsoleEvent } from "../../lib/console/mod.ts";
import type { Outgoing, Party } from "../../lib/peer/mod.ts";

const FINGERPRINT = "k5wm-2qfa-7tzc-d3nx-vh4e";
const ADDRESS = { host: "::1", port: 5556 };
const BOB: Party = {
  name: "bob",
  address: ADDRESS,
  direction: "out",
  protection: "unencrypted",
};

const ID = "01M86BV9B5K63MJ7WZW52Z0Y29";
const WAITING: Outgoing = {
  direction: "out",
  id: ID,
  peer: "bob",
  text: "later",
  time: 0,
  state: "queued",
  depositedAt: undefined,
};

/** One event of each type. */
export const EXAMPLE_EVENTS: { [Type in ConsoleEvent["type"]]: ConsoleEvent } =
  {
    request: {
      type: "request",
      name: "eve",
      fingerprint: FINGERPRINT,
      address: ADDRESS,
    },
    requests: {
      type: "requests",
      strangers: [
        { name: "eve", fingerprint: FINGERPRINT },
        { name: "~b0b", resembles: "bob" },
      ],
    },
    overQuota: {
      type: "overQuota",
      what: "client",
      name: "eve",
      accepted: false,
      messages: 500,
      bytes: 4_194_304,
    },
    accepted: { type: "accepted", name: "eve", fingerprint: FINGERPRINT },
    blocked: { type: "blocked", name: "eve", fingerprint: FINGERPRINT },
    unblocked: { type: "unblocked", name: "eve", fingerprint: FINGERPRINT },
    blockedClients: {
      type: "blockedClients",
      clients: [{
        name: "eve",
        fingerprint: FINGERPRINT,
        since: new Date(2026, 0, 1, 12).getTime(),
      }],
    },
    declined: { type: "declined", name: "eve", fingerprint: FINGERPRINT },
    listening: { type: "listening", clientID: "alice", address: ADDRESS },
    registered: {
      type: "registered",
      clientID: "alice",
      registry: ADDRESS,
      plain: false,
    },
    clients: {
      type: "clients",
      clients: [{
        clientID: "bob",
        candidates: [{ address: ADDRESS }],
        key: "AAAA",
      }],
    },
    bridged: {
      type: "bridged",
      client: {
        clientID: "bob",
        candidates: [{ address: ADDRESS }],
        key: "AAAA",
      },
    },
    nobody: { type: "nobody", target: "carol" },
    connected: { type: "connected", party: BOB },
    named: { type: "named", party: BOB, was: "[::1]:5556" },
    message: { type: "message", from: BOB, text: "one\ntwo \x1b[2J 😀" },
    missing: {
      type: "missing",
      from: BOB,
      id: ID,
      time: new Date(2026, 0, 1, 12).getTime(),
    },
    sent: { type: "sent", to: "bob", text: "hello" },
    whoami: {
      type: "whoami",
      clientID: "alice",
      fingerprint: FINGERPRINT,
      address: ADDRESS,
      registry: ADDRESS,
      registryKey: FINGERPRINT,
    },
    safetyNumber: {
      type: "safetyNumber",
      clientID: "bob",
      safetyNumber: "12345 67890",
      verified: false,
    },
    verified: {
      type: "verified",
      clientID: "bob",
      safetyNumber: "12345 67890",
    },
    unverified: { type: "unverified", clientID: "bob" },
    trustedNext: {
      type: "trustedNext",
      name: "bob",
      fingerprint: FINGERPRINT,
    },
    trusted: { type: "trusted", name: "bob", fingerprint: FINGERPRINT },
    rotated: {
      type: "rotated",
      fingerprint: FINGERPRINT,
      unsaved: undefined,
    },
    keyRotated: {
      type: "keyRotated",
      name: "bob",
      fingerprint: FINGERPRINT,
      wasVerified: true,
    },
    keyChanged: {
      type: "keyChanged",
      direction: "in",
      name: "bob",
      fingerprint: FINGERPRINT,
      reason: "the key of bob has changed",
    },
    letterRefused: {
      type: "letterRefused",
      from: "carol",
      fingerprint: FINGERPRINT,
      reason: "no key has claimed carol",
    },
    lookAlike: {
      type: "lookAlike",
      name: "b0b",
      resembles: "bob",
      fingerprint: FINGERPRINT,
      omitted: 3,
    },
    refused: { type: "refused", address: ADDRESS, reason: "it is in plain" },
    registryLost: {
      type: "registryLost",
      registry: ADDRESS,
      reason: "the connection closed",
      final: false,
    },
    registryBack: { type: "registryBack", registry: ADDRESS },
    left: { type: "left", id: ID, to: "bob" },
    delivered: { type: "delivered", id: ID, to: "bob" },
    waiting: { type: "waiting", to: "bob", reason: "bob is not registered" },
    linkLost: { type: "linkLost", party: BOB, reason: "the connection broke" },
    linkBack: { type: "linkBack", party: BOB },
    queue: { type: "queue", messages: [WAITING] },
    unsent: { type: "unsent", message: WAITING },
    history: { type: "history", messages: [WAITING], earlier: "bob" },
    repeated: {
      type: "repeated",
      what: "connected",
      name: "eve",
      count: 37,
      seconds: 60,
    },
    shown: {
      type: "shown",
      number: 3,
      speaker: "bob> ",
      text: "one\n… 2 more lines: /show 3",
    },
    forgotten: { type: "forgotten", name: "bob", messages: 3, left: 1 },
    target: { type: "target", name: "b0b", resembles: "bob" },
    disconnected: { type: "disconnected", party: BOB, reason: "you hung up" },
    peers: { type: "peers", parties: [BOB], target: "bob" },
    help: { type: "help", commands: [{ usage: "/quit", help: "leave" }] },
    problem: { type: "problem", message: "that cannot be done" },
  };
