/**
 * Messages and receipts, by link or by mailbox: encoded, stored, acknowledged.
 *
 * @module
 */
export { letterOf, messageOf } from "./codec.ts";
export { Mail } from "./mailbox.ts";
export {
  type ReceiveContext,
  receiveMessages,
  receiveReceipts,
} from "./receive.ts";
