import { join } from "node:path";

/** A new temporary folder, which is removed with its scope. */
export class TempFolder implements Disposable {
  /** The path of the folder. */
  readonly path = Deno.makeTempDirSync({ prefix: "p2pchat-test-" });

  /** The path of something in the folder. */
  join(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** The names of what is in the folder, sorted. */
  names(): string[] {
    return namesIn(this.path);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** The names of what is in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}
