/**
 * What the registry knows: leases, claims, letters.
 *
 * @module
 */
export { Claims } from "./claims.ts";
export { Directory, type Holder, type Lease } from "./directory.ts";
export { type Collection, type Letter, Mailbox } from "./mailbox.ts";
export { type Kept, openFolder } from "./open_folder.ts";
export { openState, type State } from "./state.ts";
