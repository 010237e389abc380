import { expect, test } from "vitest";
import { functionRuntime } from "../../src/backends/function/function-runtime.ts";
import { linear } from "../../src/backends/function/linear.ts";
import { linearRuntime } from "../../src/backends/function/linear-runtime.ts";

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

test("a linear model survives saving and loading and predicts what the formula says", async () => {
  const runtime = linearRuntime();
  const model = linear({ weights: [0.5, -2], bias: 0.25, link: "logit" });
  const handle = await runtime.load(await runtime.save(model));
  expect(handle.signature).toEqual({ inputWidth: 2, outputWidth: 1 });
  const out = await handle.predict({ rows: 2, values: Float64Array.of(1, 1, 4, 0) });
  expect(out[0]).toBeCloseTo(1 / (1 + Math.exp(1.25)), 14);
  expect(out[1]).toBeCloseTo(1 / (1 + Math.exp(-2.25)), 14);
});

test("the identity link gives the score itself", async () => {
  const runtime = linearRuntime();
  const handle = await runtime.load(await runtime.save(linear({ weights: [3], bias: 1, link: "identity" })));
  expect([...(await handle.predict({ rows: 2, values: Float64Array.of(2, -1) }))]).toEqual([7, -2]);
});

test("equal weights give equal bytes, in canonical JSON", async () => {
  const { files, format } = await linearRuntime().save(linear({ weights: [1, 2.5], bias: -0 }));
  expect(format).toBe("sluice-linear");
  expect(files.map(({ path }) => path)).toEqual(["model.json"]);
  expect(text(files[0]?.bytes)).toBe('{"bias":0,"kind":"sluice-linear","link":"logit","schema":1,"weights":[1,2.5]}');
});

test("a missing value stays NaN and does not become 0", async () => {
  const runtime = linearRuntime();
  const handle = await runtime.load(await runtime.save(linear({ weights: [1] })));
  expect([...(await handle.predict({ rows: 1, values: Float64Array.of(Number.NaN) }))]).toEqual([Number.NaN]);
});

test.each([[[]], [[Number.NaN]], [[Number.POSITIVE_INFINITY, 1]]])("weights %j are refused", (weights) => {
  expect(() => linear({ weights })).toThrow(expect.objectContaining({ code: "argument/invalid" }));
});

test.each([
  ["other format", { format: "tfjs-layers", files: [{ path: "model.json", bytes: bytes("{}") }] }],
  ["no file", { format: "sluice-linear", files: [] }],
  ["no JSON", { format: "sluice-linear", files: [{ path: "model.json", bytes: bytes("{") }] }],
  ["no model", { format: "sluice-linear", files: [{ path: "model.json", bytes: bytes('{"weights":["1"]}') }] }],
])("loading refuses an artifact with %s", async (_, content) => {
  await expect(linearRuntime().load(content)).rejects.toMatchObject({ code: "artifact/corrupt" });
});

test("a batch of the wrong width and a foreign model are refused", async () => {
  const runtime = linearRuntime();
  expect(runtime.accepts({ weights: [1] })).toBe(false);
  await expect(runtime.save({ weights: [1] })).rejects.toMatchObject({ code: "argument/invalid" });
  const handle = await runtime.load(await runtime.save(linear({ weights: [1, 1] })));
  await expect(handle.predict({ rows: 2, values: new Float64Array(3) })).rejects.toMatchObject({
    code: "argument/invalid",
  });
});

test("a runtime of one's own function serves its own format", async () => {
  type Constant = { readonly constant: number };
  const runtime = functionRuntime<Constant>({
    format: "constant-v1",
    accepts: (model): model is Constant => typeof model === "object" && model !== null && "constant" in model,
    toJson: ({ constant }) => ({ constant }),
    signature: () => ({ inputWidth: 1, outputWidth: 2 }),
    predict: ({ constant }, _batch, output) => void output.fill(constant),
  });
  const handle = await runtime.load(await runtime.save({ constant: 7 }));
  expect([...(await handle.predict({ rows: 2, values: new Float64Array(2) }))]).toEqual([7, 7, 7, 7]);
});
