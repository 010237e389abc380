import type { CellTag, ColumnTypes } from "../../core/cell-type.ts";
import type { AliasBody, ViewDefinition, WindowedBody } from "../../contracts/feature-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { keyColumn } from "../definitions/key-column.ts";
import { cellKind, type Cells } from "../kernel/cells.ts";
import type { RunProgram } from "../kernel/compile-program.ts";
import { notComputable, type OutputTag, outputTags } from "../kernel/computable-cells.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { makeProgramRunner } from "../kernel/make-program-runner.ts";
import { type Program, programOf } from "../kernel/program.ts";
import { type ReadGroup, readGroups } from "./read-groups.ts";
import { type LookUpView, lookUpViews } from "./look-up-views.ts";
import { type RowShape, rowShape } from "./row-shape.ts";
import type { WindowedPlan } from "./windowed-plan.ts";
import { reachMsOf, type WindowSpec, windowSpecOf } from "../windows/window-spec.ts";

/** A windowed view under another name, read by other keys. */
export interface AliasPlan {
  readonly kind: "alias";
  readonly view: ViewDefinition;
  /** Its features' full names, `view.feature`, in order. */
  readonly names: readonly string[];
  readonly of: WindowedPlan;
}

/** How an on-demand view is computed. */
export interface OnDemandPlan {
  readonly kind: "onDemand";
  readonly view: ViewDefinition;
  /** Its features' full names, `view.feature`, in order. */
  readonly names: readonly string[];
  readonly program: Program;
  /** The types of its features, in order. */
  readonly outputs: readonly OutputTag[];
  readonly run: RunProgram;
}

/** How a view is computed. */
export type ViewPlan = WindowedPlan | AliasPlan | OnDemandPlan;

/** How a service is computed: its views and those they take, each after what it takes. */
export interface ServicePlan {
  readonly service: ServiceDefinition;
  readonly views: readonly ViewPlan[];
  /** How the events behind its views are read, one after the other; views and their aliases each. */
  readonly reads: readonly WindowedPlan[];
  /** The same, those that are read by the same fields together. */
  readonly readGroups: readonly ReadGroup[];
  /** Whether no view takes another's features. */
  readonly isPlain: boolean;
  /** The place of each of the service's features among those of all views, one view after the other; −1 = none. */
  readonly places: readonly number[];
  readonly shape: RowShape;
  /** Its look-ups by view, where there is nothing else to compute. */
  readonly lookUps: readonly LookUpView[] | undefined;
}

/** Plans a service for a kernel. Does no I/O. */
export function planService(service: ServiceDefinition, kernel: Kernel): ServicePlan {
  const plans = new Map<string, ViewPlan>();
  const visit = (view: ViewDefinition): void => {
    if (plans.has(view.name)) return;
    const { body } = view;
    if (body.kind === "windowed") plans.set(view.name, planWindowed(view, body));
    else if (body.kind === "alias") plans.set(view.name, planAlias(view, body));
    else {
      body.inputs.forEach(visit);
      const kindOf = inputKinds(view, body.inputs);
      const program = programOf(
        body.expressions,
        (name) => kindOf(name) === "text",
        (name) => kindOf(name) === "numbers",
      );
      const run = makeProgramRunner(program, kernel);
      const outputs = outputTags(view.features);
      plans.set(view.name, { kind: "onDemand", view, names: fullNames(view), program, outputs, run });
    }
  };
  service.views.forEach(visit);
  const views = [...plans.values()];
  const names = views.flatMap((view) => view.names);
  const reads = views.map((view) => eventsPlanOf(view)).filter((own) => own !== undefined);
  const isPlain = reads.length === views.length;
  const places = service.features.map(({ name }) => names.indexOf(name));
  const shape = rowShape(service);
  const lookUps = lookUpViews(reads, views, shape.names);
  return { service, views, reads, readGroups: readGroups(reads), isPlain, places, shape, lookUps };
}

/** Plans one windowed view. */
export function planWindowed(view: ViewDefinition, body: WindowedBody): WindowedPlan {
  const spec = windowSpecOf(body);
  const { valueColumns, valueKinds, placeOf } = valuesOf(spec, view, body);
  const windowReachMs = reachMsOf(spec);
  return {
    kind: "windowed",
    view,
    names: fullNames(view),
    body,
    spec,
    keys: Object.keys(view.keys).map((key) => keyColumn(body, key)),
    readBy: Object.keys(view.keys),
    valueColumns,
    valueKinds,
    aggregated: spec.columns.map(({ name }) => placeOf(name, aggregatedKind(body, name))),
    aggregatedTexts: spec.columns.map(({ name }) => aggregatedKind(body, name) === "text"),
    latest: Object.entries(body.latest).map(([name, column]) => {
      const tag = view.features[name]?.tag ?? "f64";
      return { column, tag, value: placeOf(column, cellKind(tag)) };
    }),
    windowReachMs,
    reachMs: Object.keys(body.latest).length > 0 ? Number.POSITIVE_INFINITY : windowReachMs,
  };
}

/** The value columns of a view's events, and where each is. */
interface ViewValues extends Pick<WindowedPlan, "valueColumns" | "valueKinds"> {
  placeOf(column: string, kind: Cells["kind"]): number;
}

function valuesOf(spec: WindowSpec, view: ViewDefinition, body: WindowedBody): ViewValues {
  const columns = new Map<string, { readonly name: string; readonly kind: Cells["kind"] }>();
  const keyOf = (name: string, kind: Cells["kind"]): string => `${kind}:${name}`;
  const add = (name: string, kind: Cells["kind"]): unknown => columns.set(keyOf(name, kind), { name, kind });
  for (const { name } of spec.columns) add(name, aggregatedKind(body, name));
  for (const [feature, column] of Object.entries(body.latest))
    add(column, cellKind(view.features[feature]?.tag ?? "f64"));
  const sorted = [...columns.values()].sort((a, b) => compareText(a.name, b.name) || compareText(b.kind, a.kind));
  const places = new Map(sorted.map(({ name, kind }, place) => [keyOf(name, kind), place]));
  return {
    valueColumns: sorted.map(({ name }) => name),
    valueKinds: sorted.map(({ kind }) => kind),
    placeOf: (column, kind) => places.get(keyOf(column, kind)) ?? -1,
  };
}

/** As what events carry a column that windows aggregate. */
function aggregatedKind({ source }: WindowedBody, column: string): "number" | "text" {
  return (source.columns as ColumnTypes)[column]?.tag === "utf8" ? "text" : "number";
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function planAlias(view: ViewDefinition, { of, keys }: AliasBody): AliasPlan {
  const plan = planWindowed(of, of.body);
  return {
    kind: "alias",
    view,
    names: fullNames(view),
    of: { ...plan, readBy: plan.readBy.map((key) => keys[key] ?? key) },
  };
}

/** How the events behind a view are read, by its own keys; none for a view that is computed from others. */
export function eventsPlanOf(view: WindowedPlan | AliasPlan): WindowedPlan;
export function eventsPlanOf(view: ViewPlan): WindowedPlan | undefined;
export function eventsPlanOf(view: ViewPlan): WindowedPlan | undefined {
  if (view.kind === "onDemand") return undefined;
  return view.kind === "alias" ? view.of : view;
}

/** The views whose events are behind a service, those of one meaning once. */
export function windowedPlans(plan: ServicePlan): readonly WindowedPlan[] {
  const found = new Map<string, WindowedPlan>();
  for (const view of plan.views) {
    const own = eventsPlanOf(view);
    if (own !== undefined && !found.has(own.view.hash)) found.set(own.view.hash, own);
  }
  return [...found.values()];
}

function fullNames({ name, features }: ViewDefinition): readonly string[] {
  return Object.keys(features).map((feature) => `${name}.${feature}`);
}

/** Tells of which kind inputs are. Throws `definition/invalid` for one that expressions do not compute with. */
function inputKinds(view: ViewDefinition, inputs: readonly ViewDefinition[]): (name: string) => Cells["kind"] {
  const tags = new Map<string, CellTag>(Object.entries(view.request).map(([field, { tag }]) => [field, tag]));
  for (const input of inputs)
    for (const [feature, { tag }] of Object.entries(input.features)) tags.set(`${input.name}.${feature}`, tag);
  return (name) => {
    const tag = tags.get(name) ?? "f64";
    const kind = cellKind(tag);
    if (tag === "json" || kind === "integer" || kind === "texts") throw notComputable(name, tag);
    return kind;
  };
}
