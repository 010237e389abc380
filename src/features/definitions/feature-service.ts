import { digestOfJson } from "../../core/digest.ts";
import type { DefinitionAbout, ViewDefinition } from "../../contracts/feature-definition.ts";
import type {
  ServiceDefinition,
  ServiceFeature,
  ServiceFeatures,
  ServiceInput,
} from "../../contracts/feature-service.ts";
import { isRequestService } from "../../core/request-service.ts";
import { requireOptions } from "../../core/known-options.ts";
import { aboutNames, aboutOf } from "./definition-about.ts";
import { definitionError } from "./definition-error.ts";
import { mergeTypes } from "./merge-types.ts";
import { takenViews } from "./taken-views.ts";
import { typesAsJson } from "./view-hash.ts";

/**
 * Names the features that a model is trained and served with. Its hash is a Merkle root: it changes when the meaning of any
 * view does; its schema hash covers names, order and types alone. Owner, tags and description change neither.
 *
 * Errors: `definition/invalid` naming the service: no view, two views of one name, a cycle
 * between views, a key or field with two types.
 *
 * @example
 * ```ts
 * import { featureService, onDemand, request, t } from "sluice/features";
 * const trip = onDemand("trip", { inputs: [request({ distance: t.float64 })], features: ({ distance }) => ({ far: distance.gt(1000) }) });
 * const service = featureService("delay-v1", [trip]);
 * if (service.features[0]?.name !== "trip.far") throw new Error("features are named view.feature");
 * ```
 */
export function featureService<const N extends string, const V extends readonly ViewDefinition[]>(
  name: N,
  views: V,
  about: DefinitionAbout = {},
): ServiceDefinition<N, ServiceInput<V>, ServiceFeatures<V>> {
  const label = `feature service "${name}"`;
  if (name === "") throw definitionError(label, "an empty name", "a name", "Name the service.");
  if (isRequestService({ name }))
    throw definitionError(label, 'a name that begins with "request:"', "another name", "Name the service otherwise.");
  const given: unknown = views;
  if (!Array.isArray(given)) throw definitionError(label, "no list of views", "a list", "Pass them as [view, …].");
  if (views.length === 0) throw definitionError(label, "no view", "at least one", "Pass the views it serves.");
  requireOptions(`the third argument of ${label}`, about, aboutNames, "definition/invalid");
  for (const [i, view] of views.entries()) requireView(label, i, view);
  requireOneViewPerName(label, views);
  const features: ServiceFeature[] = [];
  for (const view of views) {
    for (const [feature, type] of Object.entries(view.features))
      features.push({ name: `${view.name}.${feature}`, type });
  }
  const input = mergeTypes(
    label,
    views.flatMap((view) => [view.keys, view.request]),
  );
  const schemaHash = digestOfJson({
    features: features.flatMap((feature) => typesAsJson({ [feature.name]: feature.type })),
  });
  const hash = digestOfJson({ schema: schemaHash, views: views.map((view) => ({ name: view.name, hash: view.hash })) });
  return { kind: "service", name, hash, schemaHash, views, features, input, ...aboutOf(label, about) };
}

/** What the types promise, a plain-JavaScript caller may not have passed. */
function requireView(label: string, i: number, view: unknown): void {
  const kind = typeof view === "object" && view !== null && "kind" in view ? view.kind : undefined;
  if (kind === "view") return;
  const found = kind === undefined ? `a value of type ${typeof view}` : `a definition of kind ${String(kind)}`;
  throw definitionError(
    label,
    `${found} as view ${i}`,
    "a view",
    "Pass what featureView(), onDemand() or alias() made.",
  );
}

/** Listed views and those they take: one name must mean one view, for names are the kernel's inputs. */
function requireOneViewPerName(label: string, views: readonly ViewDefinition[]): void {
  const known = new Map<string, ViewDefinition>();
  const path: ViewDefinition[] = [];
  const visit = (view: ViewDefinition): void => {
    if (path.includes(view)) {
      const names = [...path.slice(path.indexOf(view)), view].map(({ name }) => name);
      throw definitionError(label, `the cycle ${names.join(" → ")}`, "views that do not take themselves", "Break it.");
    }
    const same = known.get(view.name);
    if (same !== undefined && same.hash !== view.hash) {
      const both = `two views named "${view.name}" (${described(same)}, ${described(view)})`;
      throw definitionError(label, both, "one view per name", "Rename one of them.");
    }
    known.set(view.name, view);
    path.push(view);
    takenViews(view).forEach(visit);
    path.pop();
  };
  views.forEach(visit);
  const names = views.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  const fix = "List it once; to read it by other keys too, give it another name with alias().";
  throw definitionError(label, `the view "${twice}" twice`, "each view once", fix);
}

/** A view by what it is. */
function described({ body }: ViewDefinition): string {
  if (body.kind === "windowed") return `of ${body.source.name}`;
  return body.kind === "alias" ? `${body.of.name} by ${Object.values(body.keys).join(", ")}` : "on demand";
}
