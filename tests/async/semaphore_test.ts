import { assertEquals, assertRejects } from "@std/assert";
import { Semaphore } from "../../lib/async/semaphore.ts";
import { at } from "../support/at.ts";

Deno.test("so many work at once, the others in their turn, also behind one that fails", async () => {
  const turns = new Semaphore(2);
  const begun: number[] = [];
  const works = Array.from(
    { length: 5 },
    () => Promise.withResolvers<number>(),
  );
  const results = works.map(({ promise }, n) =>
    turns.run(() => {
      begun.push(n);
      return promise;
    })
  );
  assertEquals(begun, [0, 1]);
  at(works, 1).resolve(1);
  assertEquals(await results[1], 1);
  assertEquals(begun, [0, 1, 2]);
  at(works, 0).reject(new Error("no"));
  await assertRejects(() => at(results, 0), Error, "no");
  assertEquals(begun, [0, 1, 2, 3]);
  for (const { resolve } of works) resolve(9);
  assertEquals(await Promise.all(results.slice(2)), [9, 9, 9]);
  assertEquals(await turns.run(() => Promise.resolve("again")), "again");
});
