import { expect, test } from "vitest";
import { z } from "zod";
import type { ServiceDefinition } from "../../src/contracts/feature-service.ts";
import { model } from "../../src/registry/model.ts";
import { delayModel, service } from "./registry-fixture.ts";

const { name, hash, schemaHash, kind, views, features, input } = service;
const typed: ServiceDefinition<string, { origin: string; distance: number }, unknown> = {
  name,
  hash,
  schemaHash,
  kind,
  views,
  features,
  input,
};
const request = z.object({ from: z.string(), miles: z.number() });
const output = z.object({ late: z.number().min(0).max(1) });

test("types flow from request and service into the functions", () => {
  const made = model("delay", {
    request,
    output,
    features: typed,
    featureInput: (r) => ({ origin: r.from, distance: r.miles }),
  });
  expect(made.featureInput({ from: "ATL", miles: 3 })).toEqual({ origin: "ATL", distance: 3 });
  const answer: { late: number } = made.toOutput(Float64Array.of(9, 0.25), 1);
  expect(answer).toEqual({ late: 0.25 });
  // @ts-expect-error a request has no such field
  model("delay", { request, output, features: typed, featureInput: (r) => ({ origin: r.origin, distance: 1 }) });
  // @ts-expect-error the service also needs a distance
  model("delay", { request, output, features: typed, featureInput: (r) => ({ origin: r.from }) });
  // @ts-expect-error the distance is a number
  model("delay", { request, output, features: typed, featureInput: (r) => ({ origin: r.from, distance: r.from }) });
});

test("the vector is every number of the service unless named", () => {
  expect(delayModel.vector).toEqual(["load.delay", "load.count"]);
  expect(delayModel.outputs).toEqual(["late"]);
  const base = { request, output, features: service, featureInput: () => ({}) };
  expect(model("m", { ...base, vector: ["load.count"] }).vector).toEqual(["load.count"]);
  expect(() => model("m", { ...base, vector: ["load.carrier"] })).toThrow("features/unknown-feature");
  expect(() => model("m", { ...base, vector: ["load.count", "load.count"] })).toThrow("definition/invalid");
  expect(() => model("m", { ...base, vector: [] })).toThrow("definition/invalid");
  for (const bad of ["", "a@1", "../a", "a b", "a\0"])
    expect(() => model(bad, base), bad).toThrow("definition/invalid");
});

test("an output that the schema refuses is an error that names the field", () => {
  expect(() => delayModel.toOutput(Float64Array.of(Number.NaN), 0)).toThrow(/serving\/prediction-failed.*late/);
  expect(() => delayModel.toOutput(Float64Array.of(1), 1)).toThrow("serving/prediction-failed");
});
