import type { FeatureReader, FeatureVectors } from "../../contracts/feature-reader.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { armOf } from "../assign.ts";
import type { ModelSlot } from "./model-slot.ts";
import { prepareRequest, type PreparedRequest } from "./prepare-request.ts";
import { copyInputs, readFeatures, vectorColumns } from "./read-features.ts";
import { type ScoredRows, scoreRows } from "./score-rows.ts";

/** What a batch of requests is answered with. */
export interface AnswerContext<Request, Output> {
  readonly model: ModelDefinition<string, Request, Output>;
  readonly features: FeatureReader;
  readonly unit: (request: Request) => string;
  readonly salt: string;
  readonly champion: ModelSlot;
  /** The challenger that takes a share of the units; `undefined` = none does. */
  readonly challenger: ModelSlot | undefined;
  readonly share: number;
  readonly timeoutMs: number;
  readonly elapsedMs: () => number;
}

/** Requests, with the instants they are asked at where the caller sets them. */
export interface RequestBatch<Request> {
  readonly requests: readonly Request[];
  readonly atMs: Float64Array | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A request that reached a model. */
export interface AnsweredRow<Output> {
  /** Its index in the batch. */
  readonly at: number;
  readonly request: PreparedRequest;
  readonly vectors: FeatureVectors;
  /** Its row in `vectors`. */
  readonly vectorRow: number;
  /** Its row in `values`. */
  readonly row: number;
  readonly arm: "champion" | "challenger";
  /** Whether the model of its arm failed. */
  readonly failed: boolean;
  readonly fellBack: boolean;
  readonly version: number;
  readonly answer: Output | SluiceError;
  readonly numbers: Float64Array;
  readonly latencyMs: number;
}

/** What became of a batch. */
export interface AnsweredBatch<Output> {
  /** The requests that reached a model. */
  readonly rows: readonly AnsweredRow<Output>[];
  /** The models' inputs, row-major. */
  readonly values: Float64Array;
  /** The errors of those that did not, by index in the batch. */
  readonly refused: ReadonlyMap<number, SluiceError>;
}

type ReadyRow = Pick<AnsweredRow<unknown>, "at" | "request" | "vectors" | "vectorRow" | "row">;

/**
 * Answers requests: checks them, reads all features in one call, lets each arm score its rows in one call, and has the
 * champion answer where the challenger failed.
 */
export async function answerBatch<Request, Output>(
  context: AnswerContext<Request, Output>,
  batch: RequestBatch<Request>,
): Promise<AnsweredBatch<Output>> {
  const refused = new Map<number, SluiceError>();
  const prepared = prepareAll(context, batch.requests, refused);
  const { ready, values } = await readAll(context, batch, prepared, refused);
  const { challenger, share } = context;
  const toChallenger =
    challenger === undefined ? [] : ready.filter((row) => armOf(row.request.bucket, share) === "challenger");
  const assigned = new Set(toChallenger);
  const toChampion = assigned.size === 0 ? ready : ready.filter((row) => !assigned.has(row));
  const [own, tried] = await Promise.all([
    score(context, context.champion, toChampion, values),
    challenger === undefined ? noRows<Output>() : score(context, challenger, toChallenger, values),
  ]);
  const failures = toChallenger.filter((_, i) => isSluiceError(tried.outputs[i]));
  const rescued = await score(context, context.champion, failures, values);
  const byRow = new Map<ReadyRow, AnsweredRow<Output>>();
  for (const [i, row] of toChampion.entries()) byRow.set(row, answered(row, "champion", own, i, context));
  for (const [i, row] of toChallenger.entries()) byRow.set(row, answered(row, "challenger", tried, i, context));
  for (const [i, row] of failures.entries()) {
    const answer = answered(row, "challenger", rescued, i, context);
    byRow.set(row, { ...answer, failed: true, fellBack: true, latencyMs: tried.latencyMs });
  }
  return { rows: ready.flatMap((row) => byRow.get(row) ?? []), values, refused };
}

function prepareAll<Request, Output>(
  context: AnswerContext<Request, Output>,
  requests: readonly Request[],
  refused: Map<number, SluiceError>,
): readonly { readonly at: number; readonly request: PreparedRequest }[] {
  const prepared: { at: number; request: PreparedRequest }[] = [];
  for (const [at, request] of requests.entries()) {
    try {
      prepared.push({ at, request: prepareRequest(context.model, context.unit, context.salt, request) });
    } catch (error) {
      refused.set(at, asSluiceError(error));
    }
  }
  return prepared;
}

async function readAll<Request, Output>(
  context: AnswerContext<Request, Output>,
  batch: RequestBatch<Request>,
  prepared: readonly { readonly at: number; readonly request: PreparedRequest }[],
  refused: Map<number, SluiceError>,
): Promise<{ readonly ready: readonly ReadyRow[]; readonly values: Float64Array }> {
  const { model, features } = context;
  const inputs = prepared.map(({ request }) => request.input);
  const { signal } = batch;
  const atMs =
    batch.atMs === undefined ? undefined : Float64Array.from(prepared, ({ at }) => batch.atMs?.[at] ?? Number.NaN);
  const { parts, errors } = await readFeatures({ features, service: model.features, inputs, atMs, signal });
  for (const [i, error] of errors) refused.set(prepared[i]?.at ?? 0, asSluiceError(error));
  const width = model.vector.length;
  const values = new Float64Array(prepared.length * width);
  const ready: ReadyRow[] = [];
  for (const { rows, vectors } of parts) {
    const columns = vectorColumns(vectors.names, model.vector);
    for (const [vectorRow, i] of rows.entries()) {
      const item = prepared[i];
      if (item === undefined) continue;
      const problem = copyInputs(vectors, vectorRow, columns, values, ready.length * width);
      if (problem === undefined) ready.push({ ...item, vectors, vectorRow, row: ready.length });
      else refused.set(item.at, problem);
    }
  }
  return { ready, values };
}

async function score<Request, Output>(
  context: AnswerContext<Request, Output>,
  slot: ModelSlot,
  rows: readonly ReadyRow[],
  values: Float64Array,
): Promise<ScoredRows<Output>> {
  const { model, timeoutMs, elapsedMs } = context;
  const own = takeRows(values, rows, model.vector.length);
  return await scoreRows({ model, slot, values: own, rows: rows.length, timeoutMs, elapsedMs });
}

/** The inputs of some rows, packed; without a copy where they are the first rows in order. */
export function takeRows(values: Float64Array, rows: readonly { readonly row: number }[], width: number): Float64Array {
  if (rows.every(({ row }, i) => row === i)) return values.subarray(0, rows.length * width);
  const out = new Float64Array(rows.length * width);
  for (const [i, { row }] of rows.entries()) out.set(values.subarray(row * width, (row + 1) * width), i * width);
  return out;
}

function answered<Request, Output>(
  row: ReadyRow,
  arm: "champion" | "challenger",
  scored: ScoredRows<Output>,
  i: number,
  context: AnswerContext<Request, Output>,
): AnsweredRow<Output> {
  const width = context.model.outputs.length;
  const answer = scored.outputs[i] ?? missing();
  const numbers = scored.numbers.subarray(i * width, (i + 1) * width);
  const { version, latencyMs } = scored;
  return { ...row, arm, failed: isSluiceError(answer), fellBack: false, version, answer, numbers, latencyMs };
}

function noRows<Output>(): ScoredRows<Output> {
  return { version: 0, numbers: new Float64Array(0), outputs: [], latencyMs: 0 };
}

function missing(): SluiceError {
  return asSluiceError(new Error("the model gave no answer"));
}

/** An error as a {@link SluiceError}; another one becomes the cause of a `serving/prediction-failed`. */
function asSluiceError(error: unknown): SluiceError {
  if (isSluiceError(error)) return error;
  return new SluiceError("serving/prediction-failed", {
    found: error instanceof Error ? error.message : String(error),
    expected: "features and a prediction for the request",
    fix: "Look at the cause.",
    cause: error,
  });
}
