import { assertEquals } from "@std/assert";
import { setAside } from "../../lib/storage/mod.ts";
import { beside, notes, openNotes, somewhere } from "./notes.ts";
import { at } from "../support/at.ts";

const NOW = Date.UTC(2026, 0, 31, 12, 34, 56, 789);

Deno.test("a file set aside keeps its bytes, and its log goes with it", () => {
  using place = somewhere();
  Deno.writeTextFileSync(place.path, "damaged ".repeat(1000));
  Deno.writeTextFileSync(`${place.path}-wal`, "log");
  const aside = setAside(place.path, NOW);
  assertEquals(aside, `${place.path}.damaged-20260131T123456789Z`);
  assertEquals(Deno.readTextFileSync(aside), "damaged ".repeat(1000));
  assertEquals(Deno.readTextFileSync(`${aside}-wal`), "log");
  assertEquals(beside(place.path).length, 2);
  using database = openNotes(place.path);
  assertEquals(notes(database), []);
});

Deno.test("nothing is overwritten where a name is taken", () => {
  using place = somewhere();
  const texts = ["one", "two", "three"];
  const asides = texts.map((text) => {
    Deno.writeTextFileSync(place.path, text);
    return setAside(place.path, NOW);
  });
  assertEquals(asides.map((name) => Deno.readTextFileSync(name)), texts);
  Deno.writeTextFileSync(
    `${at(asides, 2).replace(/3$/, "4")}-wal`,
    "a log alone",
  );
  Deno.writeTextFileSync(place.path, "five");
  assertEquals(setAside(place.path, NOW), at(asides, 2).replace(/3$/, "5"));
});
