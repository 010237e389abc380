// Checked by tsc, never run: what online() gives of each kind of column.
import { entity, type FeatureStore, featureService, featureView, nullable, t } from "../../src/features/index.ts";
import { plainDataset } from "../features/plain-dataset.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Value<C> = Extract<C, { readonly status: "present" }> extends { readonly value: infer V } ? V : never;

const things = plainDataset("things", {
  time: t.instant,
  thing: t.utf8,
  real: t.float64,
  small: t.int32,
  wide: t.int64,
  flag: t.bool,
  text: nullable(t.utf8),
  extra: { tag: "json", nullable: true },
  vector: t.vector(3),
  numbers: nullable(t.list(t.float64)),
  texts: t.list(t.utf8),
});
const thing = entity("thing", { thing: t.utf8 });
const last = featureView("last", {
  source: things,
  entities: [thing],
  latest: {
    at: "time",
    real: "real",
    small: "small",
    wide: "wide",
    flag: "flag",
    text: "text",
    extra: "extra",
    vector: "vector",
    numbers: "numbers",
  },
});
const service = featureService("things", [last]);

export async function valuesInUse(store: FeatureStore): Promise<readonly true[]> {
  const { features } = await store.online(service, { thing: "a" });
  type Features = typeof features;
  type Of<N extends string> = Features[`last.${N}` & keyof Features];
  const values: readonly true[] = [
    true satisfies Same<Value<Of<"at">>, number>,
    true satisfies Same<Value<Of<"real">>, number>,
    true satisfies Same<Value<Of<"small">>, number>,
    true satisfies Same<Value<Of<"wide">>, bigint>,
    true satisfies Same<Value<Of<"flag">>, boolean>,
    true satisfies Same<Value<Of<"text">>, string>,
    true satisfies Same<Value<Of<"extra">>, string>,
    true satisfies Same<Value<Of<"vector">>, readonly number[]>,
    true satisfies Same<Value<Of<"numbers">>, readonly number[]>,
    true satisfies Same<Extract<Of<"text">, { readonly status: "null" }>["status"], "null">,
    true satisfies Same<Extract<Of<"vector">, { readonly status: "null" }>, never>,
  ];
  // @ts-expect-error a vector is no number
  true satisfies Same<Value<Of<"vector">>, number>;
  // @ts-expect-error an unknown feature
  void features["last.texts"];
  return values;
}

// @ts-expect-error lists of texts are not looked up
export const refused: unknown = featureView("x", { source: things, entities: [thing], latest: { texts: "texts" } });
