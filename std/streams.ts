/** How a {@linkcode TextLineStream} splits. */
export interface TextLineStreamOptions {
  /** Whether a lone CR ends a line too. Default: false. */
  allowCR?: boolean;
}

/**
 * Splits text into lines, each without its LF or CRLF. What follows the last
 * line end is a line too, unless it is empty.
 */
export class TextLineStream extends TransformStream<string, string> {
  #rest = "";

  constructor({ allowCR = false }: TextLineStreamOptions = {}) {
    const lineEnd = allowCR ? /\r\n|\n|\r(?!$)/ : /\r?\n/;
    super({
      transform: (text, controller) => {
        const lines = (this.#rest + text).split(lineEnd);
        this.#rest = lines.pop() ?? "";
        for (const line of lines) controller.enqueue(line);
      },
      flush: (controller) => {
        if (this.#rest === "") return;
        const lone = allowCR && this.#rest.endsWith("\r");
        controller.enqueue(lone ? this.#rest.slice(0, -1) : this.#rest);
      },
    });
  }
}
