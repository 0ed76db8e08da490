import { assertEquals, assertThrows } from "@std/assert";
import { homeFolder, IdentityError } from "../../lib/secure/mod.ts";

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
  return homeFolder((name) => variables[name], os);
}

Deno.test("on Linux the folder is in the XDG folder for configuration", () => {
  for (const [variables, folder] of LINUX) {
    assertEquals(home("linux", variables), folder);
    assertEquals(home("freebsd", variables), folder);
  }
});

Deno.test("on macOS the folder is in Application Support", () => {
  assertEquals(
    home("darwin", { HOME: "/Users/ann", XDG_CONFIG_HOME: "/cfg" }),
    "/Users/ann/Library/Application Support/p2pchat",
  );
});

Deno.test("on Windows the folder is in APPDATA", () => {
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

Deno.test("without any of the variables it is said which to set", () => {
  for (
    const [os, name] of [
      ["linux", "HOME"],
      ["darwin", "HOME"],
      ["windows", "APPDATA"],
    ] as const
  ) {
    assertThrows(
      () => home(os, {}),
      IdentityError,
      `set P2PCHAT_HOME or ${name}`,
    );
  }
});
