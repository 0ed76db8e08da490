import { openEmbeddedStore } from "../../../lib/registry/mod.ts";
import { TempFolder } from "../../support/temp_folder.ts";
import { testStore } from "./conformance.ts";

testStore("in memory", () => openEmbeddedStore(":memory:"));

testStore("in a file", () => {
  const temp = new TempFolder();
  const store = openEmbeddedStore(temp.path);
  return {
    ...store,
    [Symbol.dispose]: () => {
      store[Symbol.dispose]();
      temp[Symbol.dispose]();
    },
  };
});
