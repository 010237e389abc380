// The replay: flights in time order through the router, events pushed when they become known, labels when the flight has landed.
import type { ManualClock } from "sluice/core";
import type { CanaryRouter } from "sluice/serving";
import { columnOf, type Table, takeRows } from "sluice/table";
import type { Progress } from "sluice/core";
import type { Workspace } from "sluice";
import { type FlightRequest, flights as dataset, lateMinutes } from "./definitions.ts";

/** What a replay works on. */
export interface Traffic {
  readonly ws: Workspace;
  readonly clock: ManualClock;
  readonly router: CanaryRouter<FlightRequest, { late: number }>;
  readonly flights: Table;
}

/** How a replay goes. */
export interface ReplayOptions {
  /** Row numbers of the flights that ask for a prediction, in time order. */
  readonly requests: Int32Array;
  /** Row numbers of all flights whose landing becomes known meanwhile. */
  readonly known: Int32Array;
  readonly onProgress?: (progress: Progress) => void;
  /** Changes requests on their way: a broken feed. */
  readonly feed?: (request: FlightRequest, index: number) => FlightRequest;
  /** Called after each batch with the number of requests so far; `false` ends the replay. */
  readonly onBatch?: (answered: number) => Promise<boolean>;
}

const batchRows = 250;

/** Replays traffic; returns how many requests were made and how many failed. */
export async function replay(
  { ws, clock, router, flights }: Traffic,
  options: ReplayOptions,
): Promise<{ requests: number; failed: number }> {
  const columns = flightColumns(flights);
  const landings = options.known.slice().sort((a, b) => (columns.landed[a] ?? 0) - (columns.landed[b] ?? 0));
  const predictionIds = new Map<number, string>();
  let landed = 0;
  let failed = 0;
  let done = 0;
  while (done < options.requests.length) {
    const rows = options.requests.subarray(done, done + batchRows);
    const now = columns.date[rows[rows.length - 1] ?? 0] ?? 0;
    clock.set(now);
    const upTo = firstAfter(landings, columns.landed, now, landed);
    await land(landings.subarray(landed, upTo));
    landed = upTo;
    const requests = Array.from(rows, (row, i) => (options.feed ?? same)(requestOf(columns, row), done + i));
    const results = await router.predictMany(requests, {
      atMs: Float64Array.from(rows, (row) => columns.date[row] ?? 0),
    });
    for (const [i, result] of results.entries()) {
      if (result.ok) predictionIds.set(rows[i] ?? -1, result.prediction.predictionId);
      else failed++;
    }
    done += rows.length;
    options.onProgress?.({ stage: "replay", done, total: options.requests.length, unit: "requests" });
    if (options.onBatch !== undefined && !(await options.onBatch(done))) break;
  }
  return { requests: done, failed };

  async function land(rows: Int32Array): Promise<void> {
    if (rows.length === 0) return;
    await ws.features.push(dataset, takeRows(flights, rows));
    const outcomes = [];
    for (const row of rows) {
      const predictionId = predictionIds.get(row);
      if (predictionId === undefined) continue;
      predictionIds.delete(row);
      outcomes.push({
        predictionId,
        timeMs: columns.landed[row] ?? 0,
        values: { late: (columns.delay[row] ?? 0) > lateMinutes },
      });
    }
    if (outcomes.length > 0) await router.outcomes(outcomes);
  }
}

function flightColumns(flights: Table) {
  return {
    flight: columnOf(flights, "flight", "f64").values,
    date: columnOf(flights, "date", "instant").values,
    landed: columnOf(flights, "landed", "instant").values,
    delay: columnOf(flights, "delay", "f64").values,
    distance: columnOf(flights, "distance", "f64").values,
    origin: columnOf(flights, "origin", "utf8"),
    destination: columnOf(flights, "destination", "utf8"),
  };
}

function requestOf(columns: ReturnType<typeof flightColumns>, row: number): FlightRequest {
  return {
    flight: columns.flight[row] ?? 0,
    date: new Date(columns.date[row] ?? 0),
    distance: columns.distance[row] ?? 0,
    origin: columns.origin.dictionary[columns.origin.values[row] ?? 0] ?? "",
    destination: columns.destination.dictionary[columns.destination.values[row] ?? 0] ?? "",
  };
}

function same(request: FlightRequest): FlightRequest {
  return request;
}

function firstAfter(landings: Int32Array, landedMs: Float64Array, now: number, from: number): number {
  let next = from;
  while (next < landings.length && (landedMs[landings[next] ?? 0] ?? 0) <= now) next++;
  return next;
}
