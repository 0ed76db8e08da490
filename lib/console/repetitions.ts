import { formatAddress, isLoopback, networksOf } from "../net/mod.ts";
import { type Rate, TokenBuckets } from "../limits/mod.ts";
import type { Party } from "../peer/mod.ts";
import type { ConsoleEvent, EventSink } from "./events/mod.ts";

/** How often one origin may come and go before the rest is summed up. */
const RATE: Rate = { perSecond: 1 / 6, burst: 10 };

/** How often those of one network may come and go, under any client IDs. */
const NETWORK_RATE: Rate = { perSecond: 1 / 2, burst: 32 };

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
  /** The client ID, or the address or network where there are none, or many. */
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
 * end, and connections that are lost and re-established. An origin is a client,
 * and also a network, from which many clients come. Over a rate the event that begins one is held back. If it ends within a minute, neither is told, but
 * their number; else the event is told late. Other events are passed on.
 */
export class Repetitions {
  readonly #emit: EventSink;
  readonly #clock: () => number;
  readonly #rates = new TokenBuckets(RATE);
  readonly #networkRates = new TokenBuckets(NETWORK_RATE);
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
        return this.#openParty(event);
      case "linkLost":
        this.#tell(key("connected", event.party.name));
        return this.#openParty(event);
      case "registryLost":
        if (!event.final) {
          this.#open(event, "", formatAddress(event.registry));
          return;
        }
        this.#held.delete(key(event.type, ""));
        break;
      case "disconnected":
        this.#held.delete(key("linkLost", event.party.name));
        return this.#close("connected", event.party.name, event);
      case "linkBack":
        return this.#close("linkLost", event.party.name, event);
      case "registryBack":
        return this.#close("registryLost", "", event);
      case "named":
        return this.#rename(event);
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
    this.#networkRates.sweep(this.#clock());
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

  /** Takes an event that begins something with a peer. */
  #openParty(event: Extract<Opening, { readonly party: Party }>): void {
    const { party } = event;
    const { host } = party.address;
    const network = networksOf(host)[0] ?? host;
    const of = key(event.type, network);
    const isSpent = this.#networkRates.take(of, this.#clock(), 0) > 0;
    if (isSpent) return this.#hold(event, party.name, network);
    const isTold = this.#open(event, party.name, nameOf(party));
    if (isTold) this.#networkRates.take(of, this.#clock());
  }

  /** Passes an event on, unless its origin has had too many; whether it does. */
  #open(event: Opening, conversation: string, name: string): boolean {
    const isTold = this.#rates.take(key(event.type, name), this.#clock()) === 0;
    if (isTold) this.#emit(event);
    else this.#hold(event, conversation, name);
    return isTold;
  }

  #hold(event: Opening, conversation: string, name: string): void {
    const origin = { what: event.type, name };
    const held = { event, origin, sinceMs: this.#clock() };
    this.#held.set(key(event.type, conversation), held);
  }

  #close(what: Opening["type"], conversation: string, event: ConsoleEvent) {
    const of = key(what, conversation);
    const held = this.#held.get(of);
    if (held === undefined) return this.#emit(event);
    this.#held.delete(of);
    this.#count(held.origin);
  }

  /** Passes a new name on, unless the conversation itself is held back. */
  #rename(event: Extract<ConsoleEvent, { readonly type: "named" }>): void {
    const { party, was } = event;
    const held = this.#held.get(key("connected", was));
    if (held === undefined) return this.#emit(event);
    this.#held.delete(key("connected", was));
    this.#held.set(key("connected", party.name), {
      ...held,
      event: { type: "connected", party },
    });
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
