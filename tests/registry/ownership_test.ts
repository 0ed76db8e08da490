import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { ListenError } from "../../lib/net/mod.ts";
import { Registry } from "../../lib/registry/mod.ts";
import { unusedAddress } from "../support/unused_address.ts";

const LISTEN = { host: "127.0.0.1", port: 0 };

/** Counts the databases that are closed, until it is disposed of. */
function countClosed(): { closed: number } & Disposable {
  const { close } = DatabaseSync.prototype;
  const counter = {
    closed: 0,
    [Symbol.dispose]: () => {
      DatabaseSync.prototype.close = close;
    },
  };
  DatabaseSync.prototype.close = function () {
    counter.closed++;
    close.call(this);
  };
  return counter;
}

Deno.test("a registry closes the store that it made itself", async () => {
  const registry = Registry.listen({ listen: LISTEN, plain: false });
  using databases = countClosed();
  await registry.close();
  assertEquals(databases.closed, 1);
});

Deno.test("a registry that cannot start leaves neither a store nor a listener open", async () => {
  await using first = Registry.listen({ listen: LISTEN, plain: false });
  assertThrows(
    () => Registry.listen({ listen: first.address, plain: false }),
    ListenError,
    "is in use",
  );
  using databases = countClosed();
  const options = {
    listen: unusedAddress(),
    plain: false,
    get rates(): never {
      throw new Error("the rates cannot be read");
    },
  };
  // A listener that is left open would make the second try fail otherwise.
  for (let n = 1; n <= 2; n++) {
    assertThrows(() => Registry.listen(options), Error, "cannot be read");
    assertEquals(databases.closed, n);
  }
});
