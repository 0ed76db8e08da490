const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** How long a letter waits for its recipient, in s (PROTOCOL.md, "Mailbox"). */
export const LETTER_TTL_S: number = 7 * DAY_S;

/** How long a claim holds after its last use, in s (PROTOCOL.md, "Claims"). */
export const CLAIM_TTL_S: number = 90 * DAY_S;

/**
 * How long a plain registration lasts after its last REGISTER, in s
 * (PROTOCOL.md, "Registrations").
 */
export const PLAIN_LEASE_S: number = HOUR_S;

/**
 * How long a registration outlives the connection that it was made on, in s
 * (PROTOCOL.md, "REGISTER").
 */
export const LEASE_GRACE_S = 30;

/** How often a client sends PING to its registry, in s (PROTOCOL.md, "PING"). */
export const REGISTRY_PING_INTERVAL_S = 15;

/** How long the registry has to answer a PING, in s. */
export const REGISTRY_PONG_TIMEOUT_S = 10;

/**
 * The longest silence of a client in the secure mode before the registry closes
 * its connection, in s.
 */
export const REGISTRY_SILENCE_S = 40;

/**
 * After how long a silence a peer sends PING on a link, in s (PROTOCOL.md,
 * "Delivery").
 */
export const LINK_PING_AFTER_S = 10;

/** After how long a silence a peer takes a link for broken, in s. */
export const LINK_SILENCE_S = 25;
