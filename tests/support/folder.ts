import { join } from "node:path";

/** A folder that is gone with its scope. */
export class Folder implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Makes a new one. */
  static async make(): Promise<Folder> {
    return new Folder(await Deno.makeTempDir({ prefix: "p2pchat-test-" }));
  }

  /** The path of something in it. */
  path(...names: string[]): string {
    return join(this.#path, ...names);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#path, { recursive: true });
  }
}
