import { featureStatus } from "../../contracts/feature-reader.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { entityKeys } from "../store/entity-keys.ts";
import { computeOnDemand, type FeatureColumn, type InputFrame, keysOf } from "../store/frame.ts";
import { featuresOfEvents } from "../store/read-online.ts";
import {
  type AliasPlan,
  eventsPlanOf,
  type OnDemandPlan,
  type ServicePlan,
  type ViewPlan,
} from "../store/service-plan.ts";
import type { WindowedPlan } from "../store/windowed-plan.ts";
import { cellsEqual, type VectorCell } from "./cells-equal.ts";
import { type EventRecord, eventsOf } from "./event-record.ts";
import { explainView, type SearchEffort, type ViewExplanation } from "./explain-view.ts";
import { featureInputs, featuresFrom } from "./feature-inputs.ts";
import { type SkewCause, skewCauses } from "./skew-cause.ts";

/** A served row of which some cells differ from history. */
export interface RowQuestion {
  readonly plan: ServicePlan;
  readonly kernel: Kernel;
  /** The row's inputs and T. */
  readonly frame: InputFrame;
  readonly servedAtMs: number;
  /** Its cells by feature name, as logged. */
  readonly served: ReadonlyMap<string, VectorCell>;
  /** The same cells from history. */
  readonly computed: ReadonlyMap<string, VectorCell>;
  /** What may still be spent on searches. */
  readonly effort: SearchEffort;
  /** The events of its entity in a view, as {@link explainView} takes them. */
  readonly eventsIn: (plan: WindowedPlan) => Promise<{
    readonly history: readonly EventRecord[];
    readonly online: readonly EventRecord[] | undefined;
  }>;
}

/** Why a cell differs. */
export interface CellExplanation {
  readonly cause: SkewCause;
  readonly because: string;
}

type Known = Map<string, FeatureColumn>;
type EventsView = WindowedPlan | AliasPlan;

/** Explains the differing cells of a row: each view's by its events, those computed from others by what they were served with. */
export async function explainRow(question: RowQuestion): Promise<ReadonlyMap<string, CellExplanation>> {
  const { plan, frame, served } = question;
  const causes = new Map<string, CellExplanation>();
  const known: Known = new Map();
  const hidden = new Map<string, readonly EventRecord[]>();
  for (const view of plan.views) {
    const own = eventsPlanOf(view);
    if (own === undefined) continue;
    const names = namesOf(view);
    if (!names.every((name) => served.has(name))) hidden.set(view.view.name, (await question.eventsIn(own)).history);
    for (const name of names) setServed(known, name, question);
  }
  for (const view of plan.views) {
    if (view.kind !== "onDemand" && hidden.has(view.view.name))
      setUnserved(question, known, view, compute(question, view, hidden.get(view.view.name) ?? []));
  }
  for (const view of plan.views) {
    if (view.kind !== "onDemand") await explainEvents(question, view, known, causes, hidden.has(view.view.name));
    else explainOnDemand(question, view, known, causes, computeOnDemand(view, frame, known));
  }
  return causes;
}

async function explainEvents(
  question: RowQuestion,
  view: EventsView,
  known: Known,
  causes: Map<string, CellExplanation>,
  isHidden: boolean,
): Promise<void> {
  const names = namesOf(view);
  const dependents = isHidden ? question.plan.views.filter((other) => other.kind === "onDemand") : [];
  const [logged, unlogged] = [true, false].map((is) => names.filter((name) => question.served.has(name) === is));
  const derived = featuresFrom(unlogged ?? [], dependents).filter((name) => question.served.has(name));
  const judged = [...(logged ?? []), ...derived];
  if (!judged.some((name) => differs(question, name))) return;
  const fits = async (events: readonly EventRecord[]): Promise<boolean> => {
    const columns = compute(question, view, events);
    const trial: Known = isHidden ? new Map(known) : new Map();
    setColumns(trial, view, columns);
    for (const dependent of dependents) setColumns(trial, dependent, computeOnDemand(dependent, question.frame, trial));
    return judged.every((name) => isServed(question, name, trial.get(name)));
  };
  const found = await explainView({
    ...(await question.eventsIn(eventsPlanOf(view))),
    servedAtMs: question.servedAtMs,
    fits,
    effort: question.effort,
  });
  if (isHidden && found.events !== undefined) setUnserved(question, known, view, compute(question, view, found.events));
  for (const name of names) {
    if (!question.served.has(name) || differs(question, name)) causes.set(name, causeOf(found, question, name));
  }
}

/** A cell that its expression gives from what was served with it has inherited the difference; another one has another definition. */
function explainOnDemand(
  question: RowQuestion,
  view: OnDemandPlan,
  known: Known,
  causes: Map<string, CellExplanation>,
  columns: readonly FeatureColumn[],
): void {
  Object.keys(view.view.features).forEach((feature, i) => {
    const name = `${view.view.name}.${feature}`;
    const column = columns[i];
    if (column === undefined) return;
    const inherited = gravest([...featureInputs(view, feature)].flatMap((input) => causes.get(input) ?? []));
    if (!question.served.has(name)) {
      known.set(name, column);
      if (inherited !== undefined) causes.set(name, inherited);
      return;
    }
    setServed(known, name, question);
    if (!differs(question, name)) return;
    const other = "its expression gives another value from what was served beside it";
    if (!isServed(question, name, column)) causes.set(name, { cause: "definition", because: other });
    else causes.set(name, inherited ?? { cause: "unexplained", because: "what it was computed from is not logged" });
  });
}

function causeOf(
  { cause, because }: ViewExplanation,
  { served, computed }: RowQuestion,
  name: string,
): CellExplanation {
  if (cause !== "lag") return { cause, because };
  const [here, there] = [served.get(name)?.status, computed.get(name)?.status];
  const { expired } = featureStatus;
  return { cause: here !== there && (here === expired || there === expired) ? "expired" : "missing", because };
}

function gravest(causes: readonly CellExplanation[]): CellExplanation | undefined {
  return causes.toSorted((a, b) => skewCauses.indexOf(a.cause) - skewCauses.indexOf(b.cause))[0];
}

function differs({ served, computed }: RowQuestion, name: string): boolean {
  const [here, there] = [served.get(name), computed.get(name)];
  return here !== undefined && there !== undefined && !cellsEqual(here, there);
}

function isServed({ served }: RowQuestion, name: string, column: FeatureColumn | undefined): boolean {
  const cell = served.get(name);
  return cell === undefined || (column !== undefined && cellsEqual(cell, cellOf(column)));
}

function cellOf({ cells }: FeatureColumn): VectorCell {
  const value = cells.kind === "number" ? (cells.values[0] ?? Number.NaN) : Number.NaN;
  return { value, status: cells.statuses[0] ?? featureStatus.missing };
}

function setServed(known: Known, name: string, { served, frame }: RowQuestion): void {
  const cell = served.get(name);
  if (cell === undefined) return;
  const { value, status } = cell;
  const cells = { kind: "number", values: Float64Array.of(value), statuses: Uint8Array.of(status) } as const;
  known.set(name, { cells, eventTimeMs: frame.atMs });
}

function setColumns(known: Known, plan: ViewPlan, columns: readonly FeatureColumn[]): void {
  namesOf(plan).forEach((name, i) => {
    const column = columns[i];
    if (column !== undefined) known.set(name, column);
  });
}

/** Sets the columns of features that are not logged: texts, lists, those of views behind others. */
function setUnserved({ served }: RowQuestion, known: Known, plan: ViewPlan, columns: readonly FeatureColumn[]): void {
  namesOf(plan).forEach((name, i) => {
    const column = columns[i];
    if (column !== undefined && !served.has(name)) known.set(name, column);
  });
}

function namesOf({ view }: ViewPlan): readonly string[] {
  return Object.keys(view.features).map((feature) => `${view.name}.${feature}`);
}

/** A view's features of the row from given events, by the path of online reads. */
function compute(
  { frame, kernel }: RowQuestion,
  view: EventsView,
  events: readonly EventRecord[],
): readonly FeatureColumn[] {
  const plan = eventsPlanOf(view);
  const { keyIndex } = entityKeys(keysOf(plan, frame), plan.keys);
  const found = { events: [eventsOf(events, plan.valueKinds)], keptFromMs: Number.NEGATIVE_INFINITY };
  return featuresOfEvents(plan, frame, keyIndex, found, kernel);
}
