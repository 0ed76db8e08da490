import type { Mutant } from "../mutant.ts";

const OPEN = ["tests/storage/open_test.ts"];
const PRIVATE_FILE = "lib/storage/private_file.ts";

/** Faults by which other users of the machine get at a database. */
export const STORAGE: readonly Mutant[] = [
  {
    fault: "a database that others may write is opened",
    file: PRIVATE_FILE,
    from: "if (!isOwn || (mode & OTHERS_WRITE) !== 0) throw",
    to: "if (!isOwn) throw",
    tests: OPEN,
  },
  {
    fault: "a database in a folder that others may write is opened",
    file: PRIVATE_FILE,
    from: "if ((mode & STICKY) === 0) throw writableByOthers(path);",
    to: "",
    tests: OPEN,
  },
  {
    fault: "another user's database in a folder for all is opened",
    file: PRIVATE_FILE,
    from: "const isOwn = owner === undefined ||",
    to: "const isOwn = true ||",
    tests: OPEN,
  },
  {
    fault: "the log of a database may be one that others may write",
    file: PRIVATE_FILE,
    from: "for (const end of FURTHER_FILES) checkFile(path + end, fileOwner);",
    to: "",
    tests: OPEN,
  },
  {
    fault: "a database that others may read stays so",
    file: PRIVATE_FILE,
    from: "if ((mode & OTHERS) !== 0) Deno.chmodSync(path, mode & 0o700);",
    to: "",
    tests: OPEN,
  },
  {
    fault: "what a link leads to is not checked",
    file: PRIVATE_FILE,
    from: "if (!isSymlink) return path;",
    to: "return path;",
    tests: OPEN,
  },
  {
    fault: "the folder that a link leads to is not checked",
    file: PRIVATE_FILE,
    from: ": checkFolder(dirname(path));",
    to: ": owner;",
    tests: OPEN,
  },
  {
    fault: "another user's link in a folder for all is followed",
    file: PRIVATE_FILE,
    from:
      "if (owner !== undefined && uid !== owner) throw writableByOthers(path);",
    to: "",
    tests: OPEN,
  },
];
