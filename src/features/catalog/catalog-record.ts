import type { ExpressionNode } from "../../contracts/expression.ts";
import type {
  DefinitionAbout,
  ViewDefinition,
  WindowedAggregate,
  WindowedBody,
  WindowFrame,
} from "../../contracts/feature-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { takenViews } from "../definitions/taken-views.ts";
import type { CatalogAbout, CatalogFeature, CatalogService, CatalogView } from "./catalog-page.ts";

/** A view as it is kept: who uses it is looked up when it is asked for. */
export type KeptView = Omit<CatalogView, "services" | "models" | "profiled">;

/** A service as it is kept, with its views. */
export interface CatalogRecord {
  /** The version of this format. */
  readonly schema: 1;
  readonly service: Omit<CatalogService, "models">;
  readonly views: readonly KeptView[];
}

/** What the catalog keeps of a service. */
export function catalogRecord(service: ServiceDefinition): CatalogRecord {
  const views = new Map<string, KeptView>();
  const visit = (view: ViewDefinition): void => {
    takenViews(view).forEach(visit);
    if (!views.has(view.name)) views.set(view.name, keptView(view, views));
  };
  service.views.forEach(visit);
  return {
    schema: 1,
    service: {
      name: service.name,
      hash: service.hash,
      features: service.features.map(({ name }) => name),
      views: [...views.keys()],
      ...said(service.about),
    },
    views: [...views.values()],
  };
}

function keptView(view: ViewDefinition, before: ReadonlyMap<string, KeptView>): KeptView {
  const { body } = view;
  return {
    name: view.name,
    hash: view.hash,
    kind: body.kind,
    entities: entitiesOf(view),
    keys: Object.keys(view.keys),
    ...(body.kind === "windowed" && { source: body.source.name }),
    ...(body.kind === "alias" && { of: body.of.name }),
    features: Object.entries(view.features).map(([name, { tag, nullable }]) => ({
      name,
      type: tag,
      nullable,
      ...madeFrom(body, name, before),
    })),
    ...said(view.about),
  };
}

function said(about: DefinitionAbout = {}): CatalogAbout {
  return { ...about, tags: about.tags ?? [] };
}

function entitiesOf(view: ViewDefinition): readonly string[] {
  if (view.body.kind === "windowed") return view.body.entities.map(({ name }) => name);
  return [...new Set(takenViews(view).flatMap(entitiesOf))];
}

type MadeFrom = Pick<CatalogFeature, "how" | "columns" | "fields">;

function madeFrom(body: ViewDefinition["body"], name: string, before: ReadonlyMap<string, KeptView>): MadeFrom {
  if (body.kind === "onDemand") return fromExpression(body.expressions[name], before);
  return fromSource(body.kind === "alias" ? body.of.body : body, name);
}

function fromSource({ source, windows, latest }: WindowedBody, feature: string): MadeFrom {
  const window = Object.hasOwn(windows, feature) ? windows[feature] : undefined;
  const column = window === undefined ? latest[feature] : window.column;
  const columns = [`${source.name}.${column ?? source.eventTime}`];
  return { how: window === undefined ? "latest" : windowText(window), columns, fields: [] };
}

function windowText({ aggregate, p, k, window }: WindowedAggregate): string {
  const argument = p ?? k;
  return `${aggregate}${argument === undefined ? "" : ` ${argument}`} over ${frameText(window)}`;
}

function frameText(window: WindowFrame): string {
  switch (window.kind) {
    case "sawtooth":
      return durationText(window.overMs);
    case "tumbling":
      return `the last whole ${durationText(window.sizeMs)}`;
    case "session":
      return `a session (gap ${durationText(window.gapMs)})`;
  }
}

/** A duration in its largest whole unit. */
function durationText(ms: number): string {
  for (const [unit, length] of [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ] as const)
    if (ms % length === 0) return `${ms / length}${unit}`;
  return `${ms}ms`;
}

function fromExpression(node: ExpressionNode | undefined, before: ReadonlyMap<string, KeptView>): MadeFrom {
  const columns = new Set<string>();
  const fields = new Set<string>();
  const visit = (part: ExpressionNode): void => {
    if ("args" in part) part.args.forEach(visit);
    if (!("name" in part)) return;
    const [view = "", feature] = part.name.split(".");
    const made = before.get(view)?.features.find(({ name }) => name === feature);
    if (feature === undefined) fields.add(part.name);
    for (const column of made?.columns ?? []) columns.add(column);
    for (const field of made?.fields ?? []) fields.add(field);
  };
  if (node !== undefined) visit(node);
  return { how: "computed", columns: [...columns].sort(), fields: [...fields].sort() };
}
