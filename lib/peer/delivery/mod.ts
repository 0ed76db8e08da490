/**
 * Messages and receipts, by link or by mailbox: sealed, stored, acknowledged.
 *
 * @module
 */
export { GapNotice, type GapNoticeOptions } from "./gap_notice.ts";
export {
  LetterCollector,
  type LetterCollectorContext,
} from "./letter_collector.ts";
export { type LetterOpenerContext } from "./letter_opener.ts";
export {
  type DepositProgress,
  LetterSender,
  type LetterSenderContext,
} from "./letter_sender.ts";
export { OldMailboxes, type OldMailboxesContext } from "./old_mailboxes.ts";
export {
  type ReceiveContext,
  receiveMessages,
  receiveReceipts,
} from "./receive.ts";
export { showStored } from "./show_stored.ts";
