import { featureService } from "../../../src/features/index.ts";
import type { FeastHandler } from "../../../src/interop/feast/index.ts";
import { departures, hour, start } from "../../features/trips.ts";

// Requests to a Feast handler over the workbench's trips. Its clock stands at `start`, so reads are at that instant.

export const all = ["get-online-features", "push", "materialize", "materialize-incremental", "health"] as const;
export const departing = featureService("departing", [departures]);

export function post(path: string, body: unknown): Request {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Request(`http://localhost${path}`, { method: "POST", body: text });
}

export interface Answer {
  readonly status: number;
  readonly body: { readonly [member: string]: unknown };
}

/**
 * An answer; of a refusal `detail` is the message, whatever shape it has: Feast's own errors are a JSON text (with `class`), those of a request that
 * is not well-formed a list.
 */
export async function answerOf(handler: FeastHandler, request: Request): Promise<Answer> {
  const response = await handler(request);
  const body: unknown = await response.json();
  if (typeof body === "string") {
    const { message, ...rest } = JSON.parse(body);
    return { status: response.status, body: { ...rest, detail: message } };
  }
  const found = body as Answer["body"];
  const [first] = Array.isArray(found["detail"]) ? found["detail"] : [];
  return { status: response.status, body: first === undefined ? found : { ...first, detail: first.msg } };
}

/** What `/get-online-features` answers. */
export interface OnlineAnswer {
  readonly metadata: { readonly feature_names: readonly string[] };
  readonly results: readonly { readonly values: readonly unknown[] }[];
}

/** Trips of the day before `start`, as Feast's clients send them. */
export function frame(
  rows: readonly { id: number; hoursAgo: number; from: string; delay: number | null; price: number }[],
) {
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    id: rows.map((row) => row.id),
    date: rows.map((row) => iso(start - row.hoursAgo * hour)),
    landed: rows.map((row) => iso(start - row.hoursAgo * hour + 1)),
    from: rows.map((row) => row.from),
    to: rows.map(() => "ORD"),
    delay: rows.map((row) => row.delay),
    price: rows.map((row) => row.price),
    rainy: rows.map(() => true),
  };
}

export const pushed = frame([
  { id: 1, hoursAgo: 2, from: "ATL", delay: 10, price: 1.5 },
  { id: 2, hoursAgo: 1, from: "ATL", delay: null, price: 2.5 },
  { id: 3, hoursAgo: 5, from: "LAX", delay: 7, price: 3.5 },
]);
export const entities = { from: ["ATL"] };
export const features = ["departures:n_1h"];
