import { FormerKeys } from "./former_keys.ts";
import { OwnKeyStore } from "./own_keys.ts";

/** "p2pc": marks a database as a client's store. */
export const APPLICATION_ID = 0x70327063;

/** The keys of clients and registries, each known by one name. */
const PINS = `
  CREATE TABLE pins (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    verified INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX pins_by_key ON pins (key);
`;

/**
 * All messages, in the order in which they were written or arrived, and the
 * index of their words.
 */
const MESSAGES = `
  CREATE TABLE messages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    peer TEXT NOT NULL,
    text TEXT NOT NULL,
    time INTEGER NOT NULL,
    -- 0 queued, 1 left, 2 delivered: outgoing; 3: incoming
    state INTEGER NOT NULL,
    left_at INTEGER
  ) STRICT;
  CREATE INDEX messages_by_peer ON messages (peer);
  CREATE UNIQUE INDEX messages_out ON messages (id) WHERE state < 3;
  CREATE INDEX messages_waiting ON messages (peer, id) WHERE state < 2;

  CREATE VIRTUAL TABLE words USING fts5 (
    text, content = 'messages', content_rowid = 'number', columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2'
  );
  -- What is taken out of the index is not left in the file.
  INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
  CREATE TRIGGER messages_indexed AFTER INSERT ON messages BEGIN
    INSERT INTO words (rowid, text) VALUES (new.number, new.text);
  END;
`;

/** The ID of the last outgoing message, also if that message is gone. */
const LAST_ID = `
  CREATE TABLE last_id (id TEXT NOT NULL) STRICT;
  INSERT INTO last_id VALUES ('');
`;

/** Which messages have arrived, by sender, and which have not been shown. */
const ARRIVALS = `
  CREATE TABLE senders (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE received (
    sender INTEGER NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (sender, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE unseen (
    number INTEGER PRIMARY KEY,
    peer TEXT NOT NULL,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    time INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX unseen_by_id ON unseen (id);
`;

/** The registries that have turned out to speak only the plain protocol. */
const PLAIN_REGISTRIES = `
  CREATE TABLE plain_registries (address TEXT PRIMARY KEY) STRICT;
`;

/** Where each client was last reached in the secure mode. */
const MET_ADDRESSES = `
  CREATE TABLE met_addresses (
    name TEXT PRIMARY KEY,
    address TEXT NOT NULL
  ) STRICT;
`;

/**
 * Whether the user has accepted a client: by calling it, by writing to it, or
 * with a command. Clients that were pinned before the choice existed count.
 */
const ACCEPTED = `
  ALTER TABLE pins ADD COLUMN accepted INTEGER NOT NULL DEFAULT 1;
`;

/**
 * The strangers who want to talk, or were declined lately, by key; and their
 * first messages, which are held until the user decides.
 */
const REQUESTS = `
  CREATE TABLE requests (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- Whether a message was not held, so that none after it is either.
    is_full INTEGER NOT NULL,
    declined_at INTEGER
  ) STRICT;
  CREATE TABLE held (
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    time INTEGER NOT NULL,
    by_letter INTEGER NOT NULL,
    PRIMARY KEY (key, id)
  ) STRICT, WITHOUT ROWID;
`;

/** The keys that the user has blocked. */
const BLOCKED = `
  CREATE TABLE blocked (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    since INTEGER NOT NULL
  ) STRICT;
`;

/** How much each sender, and several together, have sent on one day. */
const DAILY_TOTALS = `
  CREATE TABLE daily_totals (
    sender TEXT PRIMARY KEY,
    day INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/**
 * The chain of messages to each recipient: every message names the one before
 * it, so that the recipient notices when one is missing. A gap is a message that
 * a sender has named, and that has not arrived.
 */
const CHAINS = `
  ALTER TABLE messages ADD COLUMN previous TEXT;
  ALTER TABLE held ADD COLUMN previous TEXT;
  CREATE TABLE chain_ends (
    peer TEXT PRIMARY KEY,
    id TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE gaps (
    sender INTEGER NOT NULL,
    missing TEXT NOT NULL,
    peer TEXT NOT NULL,
    -- The message that has named the missing one, and when it was written.
    id TEXT NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (sender, missing)
  ) STRICT, WITHOUT ROWID;
`;

/** Whether the user has been told of a gap: what fills it still counts as late. */
const TOLD_GAPS = `
  ALTER TABLE gaps ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
`;

/** The fingerprint of the key that takes the place of the pinned one. */
const TRUSTED = `
  ALTER TABLE pins ADD COLUMN trusted TEXT;
`;

/**
 * The scripts that bring a store of any earlier version up to date, oldest
 * first: the version of a file is how many of them it has had. A script that was
 * released never changes; a change of the schema is one more script.
 */
export const MIGRATIONS: readonly string[] = [
  PINS,
  MESSAGES + LAST_ID + ARRIVALS,
  PLAIN_REGISTRIES,
  ACCEPTED,
  REQUESTS,
  BLOCKED,
  DAILY_TOTALS,
  MET_ADDRESSES,
  CHAINS,
  TRUSTED,
  TOLD_GAPS,
  OwnKeyStore.migration + FormerKeys.migration,
];
