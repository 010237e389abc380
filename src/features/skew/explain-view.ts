import { type EventRecord, sameEvent } from "./event-record.ts";
import { isoOf } from "../../core/iso-of.ts";
import { allSetsUpTo, omissions } from "./omissions.ts";

/** A served row's cells of one view that history does not give. */
export interface ViewQuestion {
  /** The events of the entity that history says counted at T. */
  readonly history: readonly EventRecord[];
  /** Those that the online store holds now; `undefined` = it no longer holds all of them. */
  readonly online: readonly EventRecord[] | undefined;
  /** When the row was served, by the clock, epoch ms. */
  readonly servedAtMs: number;
  /** Whether the definition as it stands gives what was served from these events. */
  readonly fits: (events: readonly EventRecord[]) => Promise<boolean>;
  /** What may still be spent on searches, for all rows together. */
  readonly effort: SearchEffort;
}

/** Events weighed by sets tried: what is left to spend. */
export interface SearchEffort {
  left: number;
}

/** `lag` = events that history had were not in the online store. */
export interface ViewExplanation {
  readonly cause: "definition" | "late" | "lag" | "unexplained";
  /** Events that give what was served; `undefined` = none were found. */
  readonly events: readonly EventRecord[] | undefined;
  readonly because: string;
}

/** The effort of one search: events weighed by sets tried. */
const searchEffort = 100_000;
/** No more events than these can have all cuts and each single event tried. */
const cutsUpTo = 400;

/**
 * Finds out why a view's cells were served otherwise than history gives them, by finding the events that they were computed from. Nothing is
 * called late or missing but what the definition as it stands computes from fewer events (or from those that the online store has): where no
 * such events are found, it is the definition that differs.
 */
export async function explainView(question: ViewQuestion): Promise<ViewExplanation> {
  const { history, online, servedAtMs, fits, effort } = question;
  const standing = history.filter((event) => !isAfter(event, servedAtMs));
  if (standing.length < history.length && (await fits(standing)))
    return late(standing, history.length - standing.length);
  if (online !== undefined && (await fits(online))) return fromOnline(online, question);
  const changed = online === undefined ? [] : changedEvents(history, online);
  if (changed.length > 0) {
    const versions = new Map(changed.map(([, theirs]) => [theirs.id, theirs]));
    const found = await search(
      history.map((event) => versions.get(event.id) ?? event),
      fits,
      effort,
    );
    if (found.events !== undefined) return { cause: "definition", events: found.events, because: changeText(changed) };
  }
  const plain = await search(history, fits, effort);
  if (plain.events !== undefined) return omitted(plain.events, question);
  const extra = online === undefined ? [] : without(online, history);
  if (extra.length > 0) {
    const found = await search([...history, ...extra], fits, effort);
    if (found.events !== undefined) return omitted(found.events, question);
  }
  const incomplete = plain.isCutOff || (history.length > allSetsUpTo && standing.length < history.length);
  if (incomplete)
    return {
      cause: "unexplained",
      events: undefined,
      because: `too many events, or differences, to tell (${history.length} events)`,
    };
  return { cause: "definition", events: undefined, because: "none of the events that could have been there give it" };
}

function fromOnline(online: readonly EventRecord[], { history, servedAtMs }: ViewQuestion): ViewExplanation {
  const changed = changedEvents(history, online);
  if (changed.length > 0) return { cause: "definition", events: online, because: changeText(changed) };
  const lacking = without(history, online);
  const extra = without(online, history);
  if (lacking.length === 0 && extra.length === 0)
    return { cause: "definition", events: online, because: "online and history have the same events" };
  if (lacking.length === 0)
    return { cause: "late", events: online, because: `${eventsText(extra.length)} online not (yet) in history` };
  return lackOf(lacking, servedAtMs, online, "the online store still lacks");
}

function omitted(events: readonly EventRecord[], { history, servedAtMs }: ViewQuestion): ViewExplanation {
  const lacking = without(history, events);
  if (lacking.length === 0) return { cause: "late", events, because: "events online that are not (yet) in history" };
  return lackOf(lacking, servedAtMs, events, "the online store lacked");
}

function lackOf(
  lacking: readonly EventRecord[],
  servedAtMs: number,
  events: readonly EventRecord[],
  words: string,
): ViewExplanation {
  if (lacking.every((event) => isAfter(event, servedAtMs))) return late(events, lacking.length);
  const text = `${words} ${eventsText(lacking.length)} that history had, as event ${lacking.find((event) => !isAfter(event, servedAtMs))?.id}`;
  return { cause: "lag", events, because: text };
}

function late(events: readonly EventRecord[], count: number): ViewExplanation {
  return { cause: "late", events, because: `${eventsText(count)} came into history after it was served` };
}

async function search(
  events: readonly EventRecord[],
  fits: ViewQuestion["fits"],
  effort: SearchEffort,
): Promise<{ readonly events: readonly EventRecord[] | undefined; readonly isCutOff: boolean }> {
  const count = Math.max(events.length, 1);
  const cuts = 3 * count;
  const most = count > cutsUpTo ? count : Math.max(cuts, Math.floor(searchEffort / count));
  if (await fits(events)) return { events, isCutOff: false };
  let tried = 0;
  for (const set of omissions(events)) {
    if (tried >= most || effort.left < count) return { events: undefined, isCutOff: tried < cuts };
    tried++;
    effort.left -= count;
    const left = new Set(set);
    const rest = events.filter((event) => !left.has(event));
    if (await fits(rest)) return { events: rest, isCutOff: false };
  }
  return { events: undefined, isCutOff: false };
}

function isAfter({ committedMs }: EventRecord, servedAtMs: number): boolean {
  return committedMs !== undefined && committedMs > servedAtMs;
}

/** The events of `a` whose ids `b` lacks. */
function without(a: readonly EventRecord[], b: readonly EventRecord[]): readonly EventRecord[] {
  const ids = new Set(b.map(({ id }) => id));
  return a.filter(({ id }) => !ids.has(id));
}

/** Events that both have, and differently: `[history, online]`. */
function changedEvents(
  history: readonly EventRecord[],
  online: readonly EventRecord[],
): readonly (readonly [EventRecord, EventRecord])[] {
  const byId = new Map(online.map((event) => [event.id, event]));
  return history.flatMap((event) => {
    const theirs = byId.get(event.id);
    return theirs === undefined || sameEvent(event, theirs) ? [] : [[event, theirs] as const];
  });
}

function changeText(changed: readonly (readonly [EventRecord, EventRecord])[]): string {
  const [first] = changed;
  if (first === undefined) return "events differ";
  const text = ({ eventMs, values }: EventRecord): string =>
    `(${values.map((value) => value ?? "null").join(", ")}) of ${isoOf(eventMs)}`;
  return `event ${first[0].id} is ${text(first[1])} online and ${text(first[0])} in history${changed.length > 1 ? `, and ${changed.length - 1} more` : ""}`;
}

function eventsText(count: number): string {
  return count === 1 ? "1 event" : `${count} events`;
}
