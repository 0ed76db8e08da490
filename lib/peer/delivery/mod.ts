/**
 * Messages and receipts, by link or by mailbox: sealed, stored, acknowledged.
 *
 * @module
 */
export {
  type DepositProgress,
  MailboxClient,
  type MailboxContext,
} from "./mailbox.ts";
export {
  type ReceiveContext,
  receiveMessages,
  receiveReceipts,
} from "./receive.ts";
export { showStored } from "./show_stored.ts";
