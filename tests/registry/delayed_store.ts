import type { Awaitable, Store } from "../../lib/registry/mod.ts";

/** The same store, which answers each call a moment later, as one elsewhere. */
export function delayed(store: Store): Store {
  const { directory, claims, mailbox, push, runTime } = store;
  return {
    directory: {
      leasePlain: (...args) => later(() => directory.leasePlain(...args)),
      leaseToSession: (...args) =>
        later(() => directory.leaseToSession(...args)),
      release: (...args) => later(() => directory.release(...args)),
      revoke: (...args) => later(() => directory.revoke(...args)),
      find: (...args) => later(() => directory.find(...args)),
      list: (...args) => later(() => directory.list(...args)),
      nextClient: (...args) => later(() => directory.nextClient(...args)),
      setRefusing: (...args) => later(() => directory.setRefusing(...args)),
      sweep: (...args) => later(() => directory.sweep(...args)),
    },
    claims: {
      find: (...args) => later(() => claims.find(...args)),
      claim: (...args) => later(() => claims.claim(...args)),
      release: (...args) => later(() => claims.release(...args)),
      list: (...args) => later(() => claims.list(...args)),
      renew: (...args) => later(() => claims.renew(...args)),
      move: (...args) => later(() => claims.move(...args)),
      sweep: (...args) => later(() => claims.sweep(...args)),
    },
    mailbox: {
      deposit: (...args) => later(() => mailbox.deposit(...args)),
      collect: (...args) => later(() => mailbox.collect(...args)),
      drop: (...args) => later(() => mailbox.drop(...args)),
      count: (...args) => later(() => mailbox.count(...args)),
      sweep: (...args) => later(() => mailbox.sweep(...args)),
    },
    push: {
      subscribe: (...args) => later(() => push.subscribe(...args)),
      unsubscribe: (...args) => later(() => push.unsubscribe(...args)),
      notify: (...args) => later(() => push.notify(...args)),
    },
    runTime: {
      atOpenS: runTime.atOpenS,
      save: (...args) => later(() => runTime.save(...args)),
    },
  };
}

async function later<T>(call: () => Awaitable<T>): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return await call();
}
