/**
 * What a client keeps: pins, messages both ways, and their history.
 *
 * @module
 */
export { History } from "./history.ts";
export { type Home, openHome } from "./home.ts";
export { type Arrival, Inbox } from "./inbox.ts";
export {
  checkText,
  type Incoming,
  type Outgoing,
  type State,
} from "./messages.ts";
export { Outbox, type Waiting } from "./outbox.ts";
export { type Pin, Pins } from "./pins.ts";
export { openStore, type Store, type StoreOptions } from "./store.ts";
export { isULID } from "./ulid.ts";
