import { assertEquals } from "@std/assert";
import type { Notification } from "../../../../lib/registry/mod.ts";
import type { StoreCases } from "./cases.ts";

const MAIL: Notification = { type: "mail" };
const DISMISSED: Notification = {
  type: "dismissed",
  error: { code: 409, reason: "you have registered on another connection" },
};

/** How sessions are reached. */
export const PUSH: StoreCases = {
  "a notification reaches its session, in order, and no other": async (
    { push },
  ) => {
    const [a, b] = [{ id: "1", key: "A" }, { id: "2", key: "A" }];
    const received = new Receiver();
    const others = new Receiver();
    await push.subscribe(a, received.take);
    await push.subscribe(b, others.take);
    await push.notify(a, MAIL);
    await push.notify(a, DISMISSED);
    await push.notify(b, MAIL);
    assertEquals(await received.first(2), [MAIL, DISMISSED]);
    assertEquals(await others.first(1), [MAIL]);
  },

  "a notification to a session that has ended is dropped without an error":
    async (
      { push },
    ) => {
      const [a, b] = [{ id: "1", key: "A" }, { id: "2", key: "B" }];
      const received = new Receiver();
      const others = new Receiver();
      await push.subscribe(a, received.take);
      await push.subscribe(b, others.take);
      await push.unsubscribe(a);
      await push.notify(a, MAIL);
      await push.notify({ id: "3", key: "C" }, MAIL);
      await push.notify(b, MAIL);
      assertEquals(await others.first(1), [MAIL]);
      assertEquals(received.all, []);
    },
};

/** Takes notifications, which may arrive some time after they were sent. */
class Receiver {
  readonly all: Notification[] = [];
  #arrived = Promise.withResolvers<void>();

  readonly take = (notification: Notification): void => {
    this.all.push(notification);
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  };

  /** All that have arrived, once there are so many. */
  async first(count: number): Promise<Notification[]> {
    while (this.all.length < count) await this.#arrived.promise;
    return this.all;
  }
}
