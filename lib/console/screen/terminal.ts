import process from "node:process";
import { isMessage } from "../commands/mod.ts";
import {
  DELIVERY_MARKS,
  type EventSink,
  label,
  render,
  type SentMessage,
} from "../events/mod.ts";
import type { LineTarget } from "../target_selection.ts";
import { LineEditor } from "./line_editor.ts";
import { rowsOf, type Styler } from "./event_rows.ts";
import { styler, terminalWidth, writeRows } from "./rows_output.ts";
import { type Block, type Position, Scrollback } from "./scrollback.ts";

/** Columns for a space and the widest delivery mark, and one to spare. */
const MARK_COLUMNS = 4;

/** What executes the lines that are typed at a {@linkcode Terminal}. */
export interface TerminalSession {
  /** The client ID in the prompt. */
  readonly clientID: string;
  /** Resolves when the session is to end. */
  readonly ended: Promise<void>;
  /** Fixes where the next line goes. */
  holdTarget(): LineTarget;
  /** How the prompt shows where a line goes; undefined if it goes nowhere. */
  describe(target: LineTarget): Parameters<typeof label>[0] | undefined;
  /**
   * Executes a line; resolves with the message that it sent, if it sent one.
   *
   * @param target Where the line goes: as the prompt before it has shown.
   */
  enter(line: string, target: LineTarget): Promise<SentMessage | undefined>;
  /** The lines that a line can be completed to. */
  complete(line: string): string[];
  /** Asks for the session to end. */
  end(): void;
}

/**
 * A user at a terminal. Events are printed above the line that is being typed,
 * which stays as it is, and so does the target that the prompt before it shows.
 */
export class Terminal {
  readonly #style: Styler;
  readonly #scrollback = new Scrollback();
  /** The blocks of the messages whose marks may still change, by message ID. */
  readonly #marked = new Map<string, Block>();
  #session: TerminalSession | undefined;
  /** Where the line goes that is being typed: what the prompt shows. */
  #target: LineTarget | undefined;
  #editor: LineEditor | undefined;

  /**
   * Prepares a terminal; {@linkcode run} begins to read it.
   *
   * @param colour Whether to style what is printed.
   */
  constructor(colour: boolean) {
    this.#style = styler(colour);
  }

  /** Prints an event above the line that is being typed. */
  readonly write: EventSink = (event) => {
    const rendering = render(event);
    if (rendering === undefined) this.#prompt();
    else {
      this.#print(
        rowsOf(event, rendering, terminalWidth() - 1, this.#style),
      );
    }
    if (event.type === "left") this.#mark(event.id, "left");
    else if (event.type === "delivered") {
      this.#mark(event.id, "delivered");
      this.#marked.delete(event.id);
    }
  };

  /** Draws the prompt again: the target may have changed. */
  refresh(): void {
    this.#prompt();
  }

  /** Enters what the user types, until they leave or the session ends. */
  async run(session: TerminalSession): Promise<void> {
    this.#session = session;
    this.#editor = new LineEditor({
      onLine: (line, end) => this.#enter(session, line, end),
      onEmpty: () => this.#prompt(),
      onLeave: () => session.end(),
      complete: (line) => session.complete(line),
    });
    process.stdout.on("resize", this.#onResize);
    this.#prompt();
    await session.ended;
  }

  /** Gives the terminal back, at the beginning of an empty line. */
  close(): void {
    const editor = this.#editor;
    if (editor === undefined) return;
    editor.erase();
    this.#editor = undefined;
    process.stdout.off("resize", this.#onResize);
    editor.close();
    this.#hold(undefined);
  }

  readonly #onResize = () => this.#scrollback.clear();

  /**
   * Enters a line, and marks it with the state of the message that it sends. A
   * message that goes nowhere is put back: it can go nowhere else.
   *
   * @returns When a command has been executed.
   */
  #enter(
    session: TerminalSession,
    line: string,
    end: Position,
  ): Promise<void> | undefined {
    const block = this.#addLine(isMessage(line), end);
    const target = this.#target ?? session.holdTarget();
    this.#target = undefined;
    // The message cannot have been delivered yet: that takes a turn of the
    // event loop, and this does not.
    const executed = session.enter(line, target).then((sent) => {
      if (sent?.id !== undefined) {
        this.#marked.set(sent.id, block);
        this.#mark(sent.id, "queued");
      }
      const isRefused = sent === undefined && isMessage(line) &&
        target.name === undefined;
      if (isRefused && this.#editor?.restore(line)) this.#hold(target);
      else target[Symbol.dispose]();
      this.#prompt();
    });
    this.#prompt();
    return isMessage(line) ? undefined : executed;
  }

  /** Has the line in the editor go to a target. */
  #hold(target: LineTarget | undefined): void {
    this.#target?.[Symbol.dispose]();
    this.#target = target;
  }

  /** Adds a typed line to what stands on the screen, with room for a mark. */
  #addLine(hasMark: boolean, { row, column }: Position): Block {
    const hasRoom = column + MARK_COLUMNS < terminalWidth();
    const needsRow = hasMark && !hasRoom;
    if (needsRow) process.stdout.write("\n");
    const block = {
      rows: row + (needsRow ? 2 : 1),
      mark: hasRoom ? { row, column: column + 1 } : { row: row + 1, column: 0 },
    };
    this.#scrollback.add(block);
    return block;
  }

  /** Writes the mark of a message where the message stands, if it still does. */
  #mark(id: string, state: keyof typeof DELIVERY_MARKS): void {
    const block = this.#marked.get(id);
    const place = block && this.#scrollback.find(block);
    if (place === undefined) return;
    const up = place.rowsUp + (this.#editor?.cursorRow ?? 0);
    if (up >= (process.stdout.rows ?? 24)) return;
    const mark = this.#style("status", DELIVERY_MARKS[state]);
    process.stdout.write(
      `\x1b7\x1b[${up}A\x1b[${place.column + 1}G${mark}\x1b8`,
    );
  }

  #prompt(): void {
    const [session, editor] = [this.#session, this.#editor];
    if (session === undefined || editor === undefined) return;
    let target = this.#target;
    if (target === undefined || editor.isEmpty) {
      target = session.holdTarget();
      this.#hold(target);
    }
    const shown = session.describe(target);
    const arrow = shown === undefined ? "" : ` → ${label(shown)}`;
    editor.draw(`${session.clientID}${arrow}> `);
  }

  #print(rows: string[]): void {
    const above = this.#editor?.cursorRow ?? 0;
    this.#editor?.erase();
    // The prompt is drawn as many rows further up as it was before.
    writeRows(rows, above + 1);
    this.#scrollback.add({ rows: rows.length });
    this.#prompt();
  }
}
