import { assertEquals, assertThrows } from "@std/assert";
import {
  clientsFolder,
  registryFolder,
  StorageError,
} from "../../lib/storage/mod.ts";

type Variables = Record<string, string>;

const LINUX: [Variables, string][] = [
  [{ HOME: "/home/ann" }, "/home/ann/.config/p2pchat"],
  [{ HOME: "/home/ann", XDG_CONFIG_HOME: "/cfg" }, "/cfg/p2pchat"],
  [{ XDG_CONFIG_HOME: "/cfg" }, "/cfg/p2pchat"],
  // The specification has a relative path ignored, and an empty one.
  [{ HOME: "/home/ann", XDG_CONFIG_HOME: "cfg" }, "/home/ann/.config/p2pchat"],
  [{ HOME: "/home/ann", XDG_CONFIG_HOME: "" }, "/home/ann/.config/p2pchat"],
  [{ HOME: "/home/ann", P2PCHAT_HOME: "" }, "/home/ann/.config/p2pchat"],
];

function home(os: typeof Deno.build.os, variables: Variables): string {
  return clientsFolder((name) => variables[name], os);
}

Deno.test("on Linux the home is in the XDG folder for configuration", () => {
  for (const [variables, folder] of LINUX) {
    assertEquals(home("linux", variables), folder);
    assertEquals(home("freebsd", variables), folder);
  }
});

Deno.test("on macOS the home is in Application Support", () => {
  assertEquals(
    home("darwin", { HOME: "/Users/ann", XDG_CONFIG_HOME: "/cfg" }),
    "/Users/ann/Library/Application Support/p2pchat",
  );
});

Deno.test("on Windows the home is in APPDATA", () => {
  assertEquals(
    home("windows", { APPDATA: "C:\\Users\\ann\\AppData\\Roaming" }),
    "C:\\Users\\ann\\AppData\\Roaming\\p2pchat",
  );
});

Deno.test("P2PCHAT_HOME comes first everywhere", () => {
  const all = { P2PCHAT_HOME: "/mine", HOME: "/h", APPDATA: "C:\\a" };
  for (const os of ["linux", "darwin", "windows"] as const) {
    assertEquals(home(os, all), "/mine");
  }
});

Deno.test("without any of the variables the error says which to set", () => {
  for (
    const [os, name] of [
      ["linux", "HOME"],
      ["darwin", "HOME"],
      ["windows", "APPDATA"],
    ] as const
  ) {
    assertThrows(
      () => home(os, {}),
      StorageError,
      `set P2PCHAT_HOME or ${name}`,
    );
  }
});

function folder(
  os: typeof Deno.build.os,
  env: Record<string, string>,
): string {
  return registryFolder((name) => env[name], os);
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

Deno.test("without any of them a registry's error says what to set", () => {
  for (const os of ["linux", "darwin", "windows"] as const) {
    assertThrows(() => folder(os, {}), StorageError, "set P2PCHAT_STATE");
  }
});
