import { assertEquals } from "@std/assert";
import { moveAside } from "../../lib/storage/mod.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { openNotes, readNotes } from "./notes_database.ts";
import { at } from "../support/at.ts";

const NOW = Date.UTC(2026, 0, 31, 12, 34, 56, 789);

Deno.test("a file set aside keeps its bytes, and its log goes with it", () => {
  using temp = new TempFolder();
  Deno.writeTextFileSync(temp.join("notes.db"), "damaged ".repeat(1000));
  Deno.writeTextFileSync(`${temp.join("notes.db")}-wal`, "log");
  const aside = moveAside(temp.join("notes.db"), NOW);
  assertEquals(aside, `${temp.join("notes.db")}.damaged-20260131T123456789Z`);
  assertEquals(Deno.readTextFileSync(aside), "damaged ".repeat(1000));
  assertEquals(Deno.readTextFileSync(`${aside}-wal`), "log");
  assertEquals(temp.names().length, 2);
  using database = openNotes(temp.join("notes.db"));
  assertEquals(readNotes(database), []);
});

Deno.test("nothing is overwritten where a name is taken", () => {
  using temp = new TempFolder();
  const texts = ["one", "two", "three"];
  const asides = texts.map((text) => {
    Deno.writeTextFileSync(temp.join("notes.db"), text);
    return moveAside(temp.join("notes.db"), NOW);
  });
  assertEquals(asides.map((name) => Deno.readTextFileSync(name)), texts);
  Deno.writeTextFileSync(
    `${at(asides, 2).replace(/3$/, "4")}-wal`,
    "a log alone",
  );
  Deno.writeTextFileSync(temp.join("notes.db"), "five");
  assertEquals(
    moveAside(temp.join("notes.db"), NOW),
    at(asides, 2).replace(/3$/, "5"),
  );
});
