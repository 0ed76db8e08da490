import { assertEquals } from "@std/assert";
import {
  type Session,
  SessionSet,
} from "../../../lib/registry/sessions/session_set.ts";

/** A session that is never served to its end. */
function session(state: Partial<Session>): Session {
  return {
    origin: [],
    deadlineS: 0,
    silentSinceMs: 0,
    isLongSilent: false,
    hasSpoken: false,
    expire: () => {},
    end: () => {},
    abort: () => {},
    ...state,
  };
}

/** A set that serves these sessions. */
function setOf(...sessions: Session[]): SessionSet {
  const set = new SessionSet();
  for (const session of sessions) set.track(session, new Promise(() => {}));
  return set;
}

Deno.test("of long silent sessions the oldest that has not spoken gives way, then the oldest that has", () => {
  const spoken = { isLongSilent: true, hasSpoken: true };
  const waiting = { isLongSilent: true };
  const oldSpoken = session({ ...spoken, silentSinceMs: 1 });
  const newSpoken = session({ ...spoken, silentSinceMs: 2 });
  const oldest = session({ ...waiting, silentSinceMs: 3 });
  const newer = session({ ...waiting, silentSinceMs: 4 });
  const fresh = session({ silentSinceMs: 5 });
  const sessions = [newSpoken, fresh, newer, oldSpoken, oldest];
  assertEquals(setOf(...sessions).mostSilent(), oldest);
  assertEquals(setOf(newSpoken, fresh, oldSpoken).mostSilent(), oldSpoken);
});

Deno.test("of sessions that are not long silent the newest gives way, and one that is not silent never", () => {
  const older = session({ silentSinceMs: 1 });
  const newest = session({ silentSinceMs: 2 });
  const busy = session({ silentSinceMs: undefined });
  assertEquals(setOf(older, busy, newest).mostSilent(), newest);
  assertEquals(setOf(busy).mostSilent(), undefined);
});

Deno.test("only a session of the network that has too many gives way for it", () => {
  const network = "2001:db8:0:0::/56";
  const other = session({ silentSinceMs: 1, isLongSilent: true });
  const own = session({
    origin: ["2001:db8:0:1::/64", network, "2001:db8:0::/48"],
    silentSinceMs: 2,
  });
  assertEquals(setOf(other, own).mostSilent(network), own);
  assertEquals(setOf(other).mostSilent(network), undefined);
});
