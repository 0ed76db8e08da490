import { formatAddress, isLoopback } from "../net/mod.ts";
import { type Rate, TokenBuckets } from "../limits/mod.ts";
import type { Party } from "../peer/mod.ts";
import type { ConsoleEvent, EventSink } from "./events/mod.ts";

/** How often one origin may come and go before the rest is summed up. */
const RATE: Rate = { perSecond: 1 / 6, burst: 10 };

/** Over how long repetitions are summed up, in s. */
const PERIOD_S = 60;

/** The events that begin what another one ends. */
type Opening = Extract<
  ConsoleEvent,
  { readonly type: "connected" | "linkLost" | "registryLost" }
>;

/** What comes and goes: one origin does one thing again and again. */
interface Origin {
  readonly what: Opening["type"];
  /** The client ID, or the address where there is none. */
  readonly name: string;
}

/** An event that is held back, as long as it may end soon. */
interface Held {
  readonly event: Opening;
  readonly origin: Origin;
  readonly sinceMs: number;
}

/**
 * Sums up what one origin does again and again: conversations that begin and
 * end, and connections that are lost and re-established. Over a rate the event
 * that begins one is held back. If it ends within a minute, neither is told, but
 * their number; else the event is told late. Other events are passed on.
 */
export class Repetitions {
  readonly #emit: EventSink;
  readonly #clock: () => number;
  readonly #rates = new TokenBuckets(RATE);
  /** By what and in which conversation, or with which registry. */
  readonly #held = new Map<string, Held>();
  readonly #sums = new Map<
    string,
    Origin & { count: number; sinceMs: number }
  >();

  /**
   * Passes events on to a sink.
   *
   * @param clock The time, in ms.
   */
  constructor(emit: EventSink, clock = () => performance.now()) {
    this.#emit = emit;
    this.#clock = clock;
  }

  /** Takes an event. */
  readonly write: EventSink = (event) => {
    switch (event.type) {
      case "connected":
        // The user has asked for the others.
        if (event.party.direction === "out") break;
        return this.#open(event, event.party.name, nameOf(event.party));
      case "linkLost":
        this.#tell(key("connected", event.party.name));
        return this.#open(event, event.party.name, nameOf(event.party));
      case "registryLost":
        if (event.final) this.#held.delete(key(event.type, ""));
        else return this.#open(event, "", formatAddress(event.registry));
        break;
      case "disconnected":
        this.#held.delete(key("linkLost", event.party.name));
        return this.#close("connected", event.party.name, event);
      case "linkBack":
        return this.#close("linkLost", event.party.name, event);
      case "registryBack":
        return this.#close("registryLost", "", event);
      case "named":
        this.#tell(key("connected", event.was));
        break;
      case "message":
        this.#tell(key("connected", event.from.name));
        break;
    }
    this.#emit(event);
  };

  /** Tells what has been held back, or counted, for long enough. */
  tick(): void {
    this.#flush(this.#clock() - PERIOD_S * 1000);
    this.#rates.sweep(this.#clock());
  }

  /** Tells all that is held back or counted. */
  flush(): void {
    this.#flush(Infinity);
  }

  #flush(untilMs: number): void {
    for (const [of, { what, name, count, sinceMs }] of this.#sums) {
      if (sinceMs > untilMs) continue;
      this.#sums.delete(of);
      this.#emit({ type: "repeated", what, name, count, seconds: PERIOD_S });
    }
    for (const [of, { sinceMs }] of this.#held) {
      if (sinceMs <= untilMs) this.#tell(of);
    }
  }

  #open(event: Opening, conversation: string, name: string): void {
    const origin = { what: event.type, name };
    const now = this.#clock();
    if (this.#rates.take(key(origin.what, name), now) === 0) {
      return this.#emit(event);
    }
    const held = { event, origin, sinceMs: now };
    this.#held.set(key(event.type, conversation), held);
  }

  #close(what: Opening["type"], conversation: string, event: ConsoleEvent) {
    const of = key(what, conversation);
    const held = this.#held.get(of);
    if (held === undefined) return this.#emit(event);
    this.#held.delete(of);
    this.#count(held.origin);
  }

  #count(origin: Origin): void {
    const of = key(origin.what, origin.name);
    const sum = this.#sums.get(of);
    if (sum !== undefined) sum.count++;
    else this.#sums.set(of, { ...origin, count: 1, sinceMs: this.#clock() });
  }

  /** Passes on an event that is held back. */
  #tell(of: string): void {
    const held = this.#held.get(of);
    this.#held.delete(of);
    if (held !== undefined) this.#emit(held.event);
  }
}

/**
 * Who a peer is: its client ID if it has proved one, else its host, or its name
 * on loopback, which all local users share.
 */
function nameOf({ clientID, name, address: { host } }: Party): string {
  return clientID ?? (isLoopback(host) ? name : host);
}

function key(what: Opening["type"], of: string): string {
  return `${what} ${of}`;
}
