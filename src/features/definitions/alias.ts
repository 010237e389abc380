import type { ColumnType, ColumnTypes } from "../../core/cell-type.ts";
import type { AliasBody, DefinitionAbout, NoColumns, ViewDefinition } from "../../contracts/feature-definition.ts";
import { requireOptions } from "../../core/known-options.ts";
import { aboutNames, aboutOf } from "./definition-about.ts";
import { definitionError, requireName } from "./definition-error.ts";
import { aliasHash } from "./view-hash.ts";

/** Keys under the names that an alias reads them by. */
export type RenamedKeys<K, M> = {
  readonly [P in keyof K & string as P extends keyof M ? (M[P] extends string ? M[P] : P) : P]: K[P];
};

/**
 * A windowed view once more, under another name and read by other keys: one service can have the weather of where a trip begins and of where
 * it ends. The features are `name.feature`. Both are one view online and in history: nothing is materialized twice. Keys that are
 * not named keep their names; an alias of an alias is one of the view itself.
 *
 * Errors: `definition/invalid` naming the alias: an on-demand view (pass it the aliases as inputs), a key that the view does not have, two keys
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
  const M extends { readonly [P in keyof K]?: string },
>(
  name: N,
  view: ViewDefinition<string, K, F>,
  keys: M & { readonly [P in Exclude<keyof M, keyof K>]: never },
  about: DefinitionAbout = {},
): ViewDefinition<N, RenamedKeys<K, M>, F, NoColumns> {
  const label = `alias "${name}"`;
  requireName(label, name);
  requireView(label, view);
  requireOptions(`the fourth argument of ${label}`, about, aboutNames, "definition/invalid");
  const names: { readonly [key: string]: string | undefined } = keys ?? {};
  const other = Object.keys(names).find((key) => !Object.hasOwn(view.keys, key));
  if (other !== undefined) throw unknownKey(label, other, view);
  for (const readBy of Object.values(names)) if (readBy !== undefined) requireName(label, readBy);
  const own = Object.entries(view.keys).map(
    ([key, type]) => [key, (Object.hasOwn(names, key) ? names[key] : undefined) ?? key, type] as const,
  );
  const body = aliasBody(label, view, new Map(own.map(([key, readBy]) => [key, readBy])));
  const renamed: { [key: string]: ColumnType } = {};
  for (const [, readBy, type] of own) {
    if (Object.hasOwn(renamed, readBy))
      throw definitionError(label, `the key "${readBy}" twice`, "each key by a name of its own", "Rename one of them.");
    renamed[readBy] = type;
  }
  return {
    kind: "view",
    name,
    hash: aliasHash(body),
    keys: renamed as RenamedKeys<K, M>,
    features: view.features,
    request: {},
    body,
    ...aboutOf(label, about),
  };
}

/** What the types promise, a plain-JavaScript caller may not have passed. */
function requireView(label: string, view: unknown): void {
  if (typeof view === "object" && view !== null && "kind" in view && view.kind === "view") return;
  throw definitionError(label, "no view", "the view that it is another name of", "Pass what featureView() made.");
}

function aliasBody(label: string, view: ViewDefinition, keys: ReadonlyMap<string, string>): AliasBody {
  const { body } = view;
  if (body.kind === "windowed") return { kind: "alias", of: { ...view, body }, keys: Object.fromEntries(keys) };
  if (body.kind === "alias") {
    const chained = Object.entries(body.keys).map(([key, readBy]) => [key, keys.get(readBy) ?? readBy]);
    return { kind: "alias", of: body.of, keys: Object.fromEntries(chained) };
  }
  throw definitionError(
    label,
    `the on-demand view "${view.name}"`,
    "a windowed view",
    "Define another on-demand view, with aliases of windowed views among its inputs.",
  );
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
