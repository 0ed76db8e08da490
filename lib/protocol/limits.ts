import { MAX_BODY_BYTES } from "../framing/mod.ts";

/** The longest `Seq`, in characters. */
export const MAX_SEQ_LENGTH = 64;

/**
 * Most clients in one page of INFO, unless its request asks for fewer: with the
 * longest IDs and addresses they just fit into a body.
 */
export const MAX_INFO_PAGE_CLIENTS = 384;

/** Most candidates of a client: a reader takes no more. */
export const MAX_CANDIDATES = 8;

/** Most letters that wait for one recipient. */
export const MAX_LETTERS_PER_MAILBOX = 1000;

/**
 * Most letters in one page of COLLECT: their numbers and lengths fit into the
 * headers.
 */
export const MAX_LETTERS_PER_PAGE = 256;

/** Most bytes that wait for one recipient. */
export const MAX_MAILBOX_BYTES: number = 1024 * 1024;

/** Most bytes of one letter. */
export const MAX_LETTER_BYTES: number = MAX_BODY_BYTES;

/** Most messages that are in flight over one link between two peers. */
export const SEND_WINDOW_MESSAGES = 1024;

/** Most receipts in one letter. */
export const MAX_RECEIPTS = 500;

/** Most statements of rotated keys in one message. */
export const MAX_ROTATIONS = 8;
