import type { ColumnType, ColumnTypes } from "../../core/cell-type.ts";
import type { AliasBody, DefinitionAbout, ViewDefinition, WindowedView } from "../../contracts/feature-definition.ts";
import { requireOptions } from "../../core/known-options.ts";
import { aliasedBody } from "./alias-on-demand.ts";
import { aboutNames, aboutOf } from "./definition-about.ts";
import { definitionError, requireName } from "./definition-error.ts";
import { aliasHash, onDemandViewHash } from "./view-hash.ts";

/** Keys under the names that an alias reads them by. */
export type RenamedKeys<K, M> = {
  readonly [P in keyof K & string as P extends keyof M ? (M[P] extends string ? M[P] : P) : P]: K[P];
};

/**
 * A view once more, under another name and read by other keys: one service can have the weather of where a trip begins and of where
 * it ends. The features are `name.feature`. Both are one view online and in history: nothing is materialized twice. Keys that are
 * not named keep their names; an alias of an alias is one of the view itself. An on-demand view is read by other keys with what it takes: its
 * alias computes the same of aliases of those views (`origin_weather`), with the request fields that it has.
 *
 * Errors: `definition/invalid` naming the alias: a key that the view does not have, two keys
 * of one name, an unusable name.
 *
 * @example
 * ```ts
 * import { z } from "zod";
 * import { dataset } from "sluice/data";
 * import { alias, entity, featureService, featureView, t } from "sluice/features";
 * const readings = dataset("readings", {
 *   schema: z.object({ at: z.date(), location: z.string(), temperature: z.number() }),
 *   eventTime: "at",
 * });
 * const weather = featureView("weather", {
 *   source: readings,
 *   entities: [entity("place", { location: t.utf8 })],
 *   latest: { temperature: "temperature" },
 * });
 * const trip = featureService("trip", [
 *   alias("origin", weather, { location: "origin_id" }),
 *   alias("destination", weather, { location: "destination_id" }),
 * ]);
 * if (trip.features.map(({ name }) => name).join() !== "origin.temperature,destination.temperature") throw new Error("both");
 * ```
 */
export function alias<
  const N extends string,
  K extends ColumnTypes,
  F extends ColumnTypes,
  R extends ColumnTypes,
  const M extends { readonly [P in keyof K]?: string },
>(
  name: N,
  view: ViewDefinition<string, K, F, R>,
  keys: M & { readonly [P in Exclude<keyof M, keyof K>]: never },
  about: DefinitionAbout = {},
): ViewDefinition<N, RenamedKeys<K, M>, F, R> {
  const label = `alias "${name}"`;
  requireName(label, name);
  requireView(label, view);
  requireOptions(`the fourth argument of ${label}`, about, aboutNames, "definition/invalid");
  const made = { ...aliasView(label, name, view, keys ?? {}), ...aboutOf(label, about) };
  return made as ViewDefinition<N, RenamedKeys<K, M>, F, R>;
}

type ReadBy = { readonly [key: string]: string | undefined };

function aliasView(label: string, name: string, view: ViewDefinition, names: ReadBy): ViewDefinition {
  const other = Object.keys(names).find((key) => !Object.hasOwn(view.keys, key));
  if (other !== undefined) throw unknownKey(label, other, view);
  for (const readBy of Object.values(names)) if (readBy !== undefined) requireName(label, readBy);
  const own = Object.entries(view.keys).map(
    ([key, type]) => [key, (Object.hasOwn(names, key) ? names[key] : undefined) ?? key, type] as const,
  );
  const renamed: { [key: string]: ColumnType } = {};
  for (const [, readBy, type] of own) {
    if (Object.hasOwn(renamed, readBy))
      throw definitionError(label, `the key "${readBy}" twice`, "each key by a name of its own", "Rename one of them.");
    renamed[readBy] = type;
  }
  const keys: { readonly [key: string]: string } = Object.fromEntries(own);
  return {
    kind: "view",
    name,
    keys: renamed,
    features: view.features,
    request: view.request,
    ...meant(label, name, view, keys),
  };
}

/** What the alias is made of, and its hash. */
function meant(
  label: string,
  name: string,
  view: ViewDefinition,
  keys: { readonly [key: string]: string },
): Pick<ViewDefinition, "body" | "hash"> {
  const { body } = view;
  if (body.kind === "onDemand") {
    const read = aliasedBody(name, body, (inner, taken) => {
      const own = Object.keys(taken.keys).map((key) => [key, keys[key]] as const);
      return aliasView(label, inner, taken, Object.fromEntries(own));
    });
    return { body: read, hash: onDemandViewHash(read.inputs, view.request, read.expressions) };
  }
  const chained =
    body.kind === "alias" ? Object.entries(body.keys).map(([key, by]) => [key, keys[by] ?? by]) : undefined;
  const of: WindowedView = body.kind === "alias" ? body.of : { ...view, body };
  const read: AliasBody = {
    kind: "alias",
    of,
    keys: chained === undefined ? { ...keys } : Object.fromEntries(chained),
  };
  return { body: read, hash: aliasHash(read) };
}

/** What the types promise, a plain-JavaScript caller may not have passed. */
function requireView(label: string, view: unknown): void {
  if (typeof view === "object" && view !== null && "kind" in view && view.kind === "view") return;
  throw definitionError(label, "no view", "the view that it is another name of", "Pass what featureView() made.");
}

function unknownKey(label: string, key: string, view: ViewDefinition): Error {
  return definitionError(
    label,
    `the key "${key}", which view "${view.name}" lacks`,
    Object.keys(view.keys).length === 0
      ? "none: it has no keys"
      : `one of its keys: ${Object.keys(view.keys).join(", ")}`,
    "Name keys of the view, and what they are read by.",
  );
}
