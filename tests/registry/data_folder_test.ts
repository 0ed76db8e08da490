import { assertEquals, assertThrows } from "@std/assert";
import { dataFolder, StateError } from "../../lib/registry/mod.ts";

function folder(
  os: typeof Deno.build.os,
  env: Record<string, string>,
): string {
  return dataFolder((name) => env[name], os);
}

Deno.test("a registry keeps its things where the platform has data", () => {
  const home = { HOME: "/home/u" };
  assertEquals(folder("linux", home), "/home/u/.local/share/p2pchat/registry");
  assertEquals(
    folder("linux", { ...home, XDG_DATA_HOME: "/data" }),
    "/data/p2pchat/registry",
  );
  assertEquals(
    folder("darwin", { ...home, XDG_DATA_HOME: "/data" }),
    "/home/u/Library/Application Support/p2pchat/registry",
  );
  assertEquals(
    folder("windows", { LOCALAPPDATA: "C:\\Local" }),
    "C:\\Local\\p2pchat\\registry",
  );
});

Deno.test("XDG_DATA_HOME counts only where it is absolute", () => {
  assertEquals(
    folder("linux", { HOME: "/home/u", XDG_DATA_HOME: "data" }),
    "/home/u/.local/share/p2pchat/registry",
  );
});

Deno.test("P2PCHAT_STATE names the folder on any platform, unless it is empty", () => {
  for (const os of ["linux", "darwin", "windows"] as const) {
    const env = { HOME: "/h", LOCALAPPDATA: "C:\\L", P2PCHAT_STATE: "/here" };
    assertEquals(folder(os, env), "/here");
  }
  assertEquals(
    folder("linux", { HOME: "/h", P2PCHAT_STATE: "" }),
    "/h/.local/share/p2pchat/registry",
  );
});

Deno.test("without any of them it says what to give", () => {
  for (const os of ["linux", "darwin", "windows"] as const) {
    assertThrows(() => folder(os, {}), StateError, "--state");
  }
});
