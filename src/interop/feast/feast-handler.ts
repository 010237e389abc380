import { SluiceError } from "../../core/errors.ts";
import { badField, type FeastFields, readBody } from "./feast-body.ts";
import { faultResponse, json, malformed } from "./feast-fault.ts";
import { materialize, materializeRequest } from "./feast-materialize.ts";
import { getOnlineFeatures } from "./feast-online.ts";
import type { FeastOperation, FeastOptions } from "./feast-options.ts";
import { push } from "./feast-push.ts";
import { RunningViews } from "./running-views.ts";

interface Serving {
  readonly maxRows: number;
  readonly running: RunningViews;
}

/** A fetch handler: what Deno, Bun, Hono and other hosts mount. */
export type FeastHandler = (request: Request) => Promise<Response>;

/**
 * Answers Feast's HTTP protocol: `POST /get-online-features`, `/push`, `/materialize`, `/materialize-incremental`, `GET /health`.
 *
 * A push to history is 202: durable, and in a version of its dataset after the next `flush()` or `tick()`.
 *
 * A request that is not well-formed is 422 with a list of details, as FastAPI sends them. What is unknown, missing or wrong otherwise is 404, 409, 422
 * or 503 with a JSON text of `module`, `class`, `message` and `code`, from which Feast's Python client raises its own exception. 404, 405 and 413
 * of the transport have a `detail`. What is no fault of the request is thrown, for the host to answer and to log. Errors: `argument/invalid` for options.
 *
 * @example
 * ```ts
 * import { onDemand, openWorkspace, request, featureService, t } from "sluice";
 * import { feastHandler } from "sluice/interop/feast";
 * const trip = onDemand("trip", { inputs: [request({ km: t.float64 })], features: ({ km }) => ({ far: km.gt(1000) }) });
 * const ws = await openWorkspace(".sluice");
 * const handler = feastHandler({ features: ws.features, services: [featureService("trips", [trip])] });
 * const answer = await handler(
 *   new Request("http://localhost/get-online-features", {
 *     method: "POST",
 *     body: JSON.stringify({ features: ["trip:far"], entities: { km: [12, 3000] } }),
 *   }),
 * );
 * if (!(await answer.text()).includes('"values":[false,true]')) throw new Error("3000 km are far");
 * await ws.close();
 * ```
 */
export function feastHandler(options: FeastOptions): FeastHandler {
  const maxBodyBytes = limit("maxBodyBytes", options.maxBodyBytes ?? 4_194_304);
  const serving: Serving = { maxRows: limit("maxRows", options.maxRows ?? 10_000), running: new RunningViews() };
  const served = new Set<FeastOperation>(options.operations ?? ["get-online-features", "health"]);
  requireDistinctServices(options);
  return async (request) => {
    const operation = operationOf(request, options.basePath ?? "");
    if (operation === undefined || !served.has(operation)) {
      const { pathname } = new URL(request.url);
      return refused(404, `Not Found: nothing is served at ${pathname}`);
    }
    const method = operation === "health" ? "GET" : "POST";
    if (request.method !== method) return wrongMethod(request.method, method);
    const refusal = await options.authorize?.(request, operation);
    if (refusal !== undefined) return refusal;
    if (operation === "health") return new Response(null, { status: 200 });
    const body = await readBody(request, maxBodyBytes);
    if (body.outcome === "too-large") return refused(413, `the body is larger than ${maxBodyBytes} bytes`);
    if (body.outcome === "malformed") return malformed("json_invalid", body.reason);
    try {
      return await answered(options, operation, request, body.fields, serving);
    } catch (error) {
      const response = faultResponse(error);
      if (response === undefined) throw error;
      return response;
    }
  };
}

async function answered(
  options: FeastOptions,
  operation: Exclude<FeastOperation, "health">,
  request: Request,
  fields: FeastFields,
  { maxRows, running }: Serving,
): Promise<Response> {
  if (operation === "get-online-features") {
    return json(200, await getOnlineFeatures(options, fields, maxRows, request.signal));
  }
  if (operation === "push") {
    const pushed = await push(options, fields, maxRows);
    return json(pushed.buffered > 0 ? 202 : 200, JSON.stringify(pushed)); // as Feast answers where it writes history in batches
  }
  const kind = operation === "materialize" ? "full" : "incremental";
  const wanted = materializeRequest(options, fields, kind);
  const { searchParams } = new URL(request.url);
  if (!isTrue(searchParams.get("async"))) {
    return json(200, JSON.stringify(await running.during(wanted.views, materialize(options, wanted, request.signal))));
  }
  if (options.inBackground === undefined) {
    throw badField("async", true, "none: nothing goes on here after an answer (option `inBackground`)");
  }
  const busy = running.among(wanted.views);
  if (busy.length > 0) return busyResponse(busy);
  options.inBackground(running.during(wanted.views, materialize(options, wanted)));
  return json(202, JSON.stringify({ status: "accepted", feature_views: wanted.views }));
}

/** FastAPI's reading of a flag in a query. */
function isTrue(flag: string | null): boolean {
  return flag !== null && ["1", "true", "t", "yes", "y", "on"].includes(flag.toLowerCase());
}

function busyResponse(views: readonly string[]): Response {
  const error = `these feature views are being materialized: ${views.join(", ")}. A materialization that died is over when its lease is.`;
  return json(409, JSON.stringify({ error, feature_views: views }));
}

const operations: ReadonlyMap<string, FeastOperation> = new Map([
  ["/get-online-features", "get-online-features"],
  ["/push", "push"],
  ["/materialize", "materialize"],
  ["/materialize-incremental", "materialize-incremental"],
  ["/health", "health"],
]);

function operationOf(request: Request, basePath: string): FeastOperation | undefined {
  const { pathname } = new URL(request.url);
  const base = basePath.replace(/\/+$/, "");
  return pathname.startsWith(base) ? operations.get(pathname.slice(base.length)) : undefined;
}

function refused(status: number, detail: string): Response {
  return json(status, JSON.stringify({ detail }));
}

function wrongMethod(found: string, allowed: string): Response {
  const response = refused(405, `Method Not Allowed: ${found} where ${allowed} is served`);
  response.headers.set("allow", allowed);
  return response;
}

function limit(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new SluiceError("argument/invalid", {
    found: `${name}: ${value}`,
    expected: "a whole number of at least 1",
    fix: "Pass a limit, or leave it out.",
  });
}

function requireDistinctServices({ services }: FeastOptions): void {
  if (new Set(services.map(({ name }) => name)).size === services.length) return;
  throw new SluiceError("argument/invalid", {
    found: `services ${services.map(({ name }) => name).join(", ")}`,
    expected: "each name once: clients ask by it",
    fix: "Serve one meaning of a service a handler.",
  });
}
