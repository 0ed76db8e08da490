/**
 * Messages and receipts, by link or by mailbox: encoded, stored, acknowledged.
 *
 * @module
 */
export { Mail } from "./mailbox.ts";
export {
  type ReceiveContext,
  receiveMessages,
  receiveReceipts,
} from "./receive.ts";
