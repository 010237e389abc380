import type { DatasetReader } from "../../contracts/dataset-version.ts";
import { featureStatus } from "../../contracts/feature-reader.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import { requireCount } from "../../stats/require-argument.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ErasedEntities } from "../log/erased-entities.ts";
import { loggedFeatures } from "../log/logged-features.ts";
import type { ComputedFeatures, InputFrame } from "../store/frame.ts";
import { requestFrame } from "../store/request-frame.ts";
import { eventsPlanOf, type ServicePlan } from "../store/service-plan.ts";
import type { WindowedPlan } from "../store/windowed-plan.ts";
import type { SourceVersions } from "../store/source-history.ts";
import { cellsEqual, type VectorCell } from "./cells-equal.ts";
import { type EntityEvents, entityEvents } from "./entity-events.ts";
import { type CellExplanation, explainRow } from "./explain-row.ts";
import { FeatureSkew } from "./feature-skew.ts";
import type { SkewExample } from "./skew-counts.ts";
import { isErased, type ServedRow, type ServedSource, servedCell, servedRows } from "./served-rows.ts";
import type { SkewOptions } from "./skew-options.ts";
import { SkewTally } from "./skew-tally.ts";
import { WorstCells } from "./worst-cells.ts";

/** What {@link measureSkew} works with. */
export interface SkewWork extends Omit<SkewOptions, "sources" | "served"> {
  readonly plan: ServicePlan;
  readonly kernel: Kernel;
  readonly datasets: DatasetReader;
  readonly online: OnlineStore;
  readonly sources: SourceVersions;
  readonly served: readonly ServedSource[];
  readonly erased: ErasedEntities;
  /** Computes features from history. */
  readonly compute: (frame: InputFrame) => Promise<ComputedFeatures>;
}

/** Rows computed again at once. */
const rowsAtOnce = 20_000;

/** What all searches for explanations may cost: events weighed by sets tried; some ten seconds. */
const allSearches = 25_000_000;

/** A row with a difference. No more of them are held than are looked into: where a definition differs, every row does. */
interface DifferingRow extends ServedRow {
  readonly cells: ReadonlyMap<string, VectorCell>;
  readonly computed: ReadonlyMap<string, VectorCell>;
}

/** Computes served vectors again from history, and finds out why cells differ. */
export async function measureSkew(work: SkewWork): Promise<FeatureSkew> {
  const { service } = work.plan;
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, explainRows: most = 1000 } = work;
  requireCount("explainRows", most);
  const worst = new WorstCells(requireCount("examples", work.examples ?? 10));
  const features = loggedFeatures(service);
  const tallies = new Map(features.map(({ feature }) => [feature.name, new SkewTally()]));
  const differing: DifferingRow[] = [];
  let [rows, erased] = [0, 0];
  const keep = (row: ServedRow): boolean => {
    if (!isErased(work.erased, row)) return true;
    erased++;
    return false;
  };
  for await (const part of servedRows(work.served, service, work, rowsAtOnce, keep)) {
    work.signal?.throwIfAborted();
    for (const row of await compareRows(work, part, tallies)) {
      if (differing.length < most) differing.push(row);
      else explainCells(row, new Map(), tallies, worst);
    }
    rows += part.length;
    work.onProgress?.({ stage: "comparing what was served", done: rows, unit: "rows" });
  }
  await explainRows(work, differing, tallies, worst);
  const total = new SkewTally();
  for (const tally of tallies.values()) total.merge(tally);
  return new FeatureSkew({
    service: { name: service.name, hash: service.hash },
    fromMs,
    toMs,
    rows,
    erased,
    total: total.counts(),
    byFeature: Object.fromEntries([...tallies].map(([name, tally]) => [name, tally.counts()])),
    examples: worst.cells,
    notCompared: service.features.map(({ name }) => name).filter((name) => !tallies.has(name)),
  });
}

/** Counts the cells of rows, and returns the rows with a difference. */
async function compareRows(
  { plan, compute }: SkewWork,
  rows: readonly ServedRow[],
  tallies: ReadonlyMap<string, SkewTally>,
): Promise<readonly DifferingRow[]> {
  const inputs = rows.map(({ input }) => input);
  const frame = requestFrame(
    plan.service,
    inputs,
    Float64Array.from(rows, ({ atMs }) => atMs),
  );
  const columns = await compute(frame);
  const features = loggedFeatures(plan.service);
  return rows.flatMap((row, at) => {
    const cells = new Map<string, VectorCell>();
    const computed = new Map<string, VectorCell>();
    let isDiffering = false;
    for (const { feature, at: place } of features) {
      const here = servedCell(row, feature.name);
      const column = columns[place]?.cells;
      if (here === undefined || column?.kind !== "number") continue;
      const status = column.statuses[at] ?? featureStatus.missing;
      const there = { value: column.values[at] ?? Number.NaN, status };
      const isEqual = cellsEqual(here, there);
      tallies.get(feature.name)?.add(here, there, isEqual);
      cells.set(feature.name, here);
      computed.set(feature.name, there);
      if (!isEqual) isDiffering = true;
    }
    return isDiffering ? [{ ...row, cells, computed }] : [];
  });
}

async function explainRows(
  work: SkewWork,
  rows: readonly DifferingRow[],
  tallies: ReadonlyMap<string, SkewTally>,
  worst: WorstCells,
): Promise<void> {
  const { plan, kernel } = work;
  const frames = rows.map(({ input, atMs }) => requestFrame(plan.service, [input], Float64Array.of(atMs)));
  const effort = { left: allSearches };
  const eventsIn = await readEvents(work, rows, frames);
  for (const [at, frame] of frames.entries()) {
    work.signal?.throwIfAborted();
    const row = rows[at];
    if (row === undefined) continue;
    const causes = await explainRow({
      plan,
      kernel,
      frame,
      effort,
      servedAtMs: row.servedAtMs,
      served: row.cells,
      computed: row.computed,
      eventsIn: async (view) => (await eventsIn.get(view)?.(frame)) ?? { history: [], online: undefined },
    });
    explainCells(row, causes, tallies, worst);
    if (at % 100 === 99)
      work.onProgress?.({ stage: "explaining differences", done: at + 1, total: rows.length, unit: "rows" });
  }
}

/** Gives the differing cells of a row the causes that were found. */
function explainCells(
  row: DifferingRow,
  causes: ReadonlyMap<string, CellExplanation>,
  tallies: ReadonlyMap<string, SkewTally>,
  worst: WorstCells,
): void {
  for (const [feature, here] of row.cells) {
    const there = row.computed.get(feature);
    if (there === undefined || cellsEqual(here, there)) continue;
    const found = causes.get(feature) ?? { cause: "unexplained", because: "it was not looked into" };
    tallies.get(feature)?.explain(found.cause);
    worst.add(exampleOf(row, feature, here, there, found));
  }
}

type EventsOf = (frame: InputFrame) => Promise<EntityEvents>;

async function readEvents(
  { plan, datasets, online, sources, signal }: SkewWork,
  rows: readonly DifferingRow[],
  frames: readonly InputFrame[],
): Promise<ReadonlyMap<WindowedPlan, EventsOf>> {
  const found = new Map<WindowedPlan, EventsOf>();
  if (rows.length === 0) return found;
  const fromMs = rows.reduce((least, { servedAtMs }) => Math.min(least, servedAtMs), Number.POSITIVE_INFINITY);
  for (const view of plan.views) {
    const own = eventsPlanOf(view);
    const version = own === undefined ? undefined : sources[own.body.source.name];
    if (own === undefined || version === undefined) continue;
    found.set(own, await entityEvents(own, { datasets, online, version, frames, fromMs, signal }));
  }
  return found;
}

function exampleOf(
  { input, atMs, served, row }: DifferingRow,
  feature: string,
  here: VectorCell,
  there: VectorCell,
  { cause, because }: CellExplanation,
): SkewExample {
  const predictionId = served.predictionIds[row] ?? "";
  return { feature, cause, input, atMs, served: shown(here), computed: shown(there), because, predictionId };
}

function shown({ value, status }: VectorCell): SkewExample["served"] {
  if (status === featureStatus.present) return value;
  if (status === featureStatus.null) return "null";
  return status === featureStatus.expired ? "expired" : "missing";
}
