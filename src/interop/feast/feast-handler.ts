import { isSluiceError, SluiceError, type SluiceErrorCode } from "../../core/errors.ts";
import { type FeastFields, readBody } from "./feast-body.ts";
import { getOnlineFeatures } from "./feast-online.ts";
import type { FeastOperation, FeastOptions } from "./feast-options.ts";
import { materialize, push } from "./feast-writes.ts";

/** A fetch handler: what Deno, Bun, Hono and other hosts mount. */
export type FeastHandler = (request: Request) => Promise<Response>;

/**
 * Answers Feast's HTTP protocol: `POST /get-online-features`, `/push`, `/materialize`, `/materialize-incremental`, `GET /health`.
 *
 * A refused request is 400 (no JSON), 404 (an unknown path, service, view, feature or source), 405, 413 (a body over the limit) or 422 (anything
 * else that is wrong with it), with a JSON body `{ detail, code }` that names what is wrong; a store that does not answer is 503. What is
 * no fault of the request is thrown, for the host to answer and to log. Errors: `argument/invalid` for options.
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
  const maxRows = limit("maxRows", options.maxRows ?? 10_000);
  const served = new Set<FeastOperation>(options.operations ?? ["get-online-features", "health"]);
  requireDistinctServices(options);
  return async (request) => {
    const operation = operationOf(request, options.basePath ?? "");
    if (operation === undefined || !served.has(operation)) {
      const { pathname } = new URL(request.url);
      return refused(404, `nothing is served at ${pathname}`, "features/unknown-feature");
    }
    const method = operation === "health" ? "GET" : "POST";
    if (request.method !== method) return wrongMethod(request.method, method);
    const refusal = await options.authorize?.(request, operation);
    if (refusal !== undefined) return refusal;
    if (operation === "health") return new Response(null, { status: 200 });
    const body = await readBody(request, maxBodyBytes);
    if (body.outcome === "too-large") return refused(413, `the body is larger than ${maxBodyBytes} bytes`);
    if (body.outcome === "malformed") return refused(400, body.reason);
    try {
      return json(200, await answered(options, operation, body.fields, maxRows, request.signal));
    } catch (error) {
      const status = isSluiceError(error) ? statuses[error.code] : undefined;
      if (status === undefined || !isSluiceError(error)) throw error;
      return refused(status, error.message, error.code);
    }
  };
}

/** What is the request's fault, or the store's that did not answer. Whatever else happens is thrown on. */
const statuses: { readonly [C in SluiceErrorCode]?: number } = {
  "argument/invalid": 422,
  "data/version-not-found": 404,
  "features/invalid-input": 422,
  "features/not-kept": 422,
  "features/unknown-feature": 404,
  "store/unavailable": 503,
};

async function answered(
  options: FeastOptions,
  operation: Exclude<FeastOperation, "health">,
  fields: FeastFields,
  maxRows: number,
  signal: AbortSignal,
): Promise<string> {
  switch (operation) {
    case "get-online-features":
      return await getOnlineFeatures(options, fields, maxRows, signal);
    case "push":
      return JSON.stringify(await push(options, fields, maxRows));
    case "materialize":
      return JSON.stringify(await materialize(options, fields, "full", signal));
    case "materialize-incremental":
      return JSON.stringify(await materialize(options, fields, "incremental", signal));
  }
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

function json(status: number, text: string): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}

function refused(status: number, detail: string, code: SluiceErrorCode = "argument/invalid"): Response {
  return json(status, JSON.stringify({ detail, code }));
}

function wrongMethod(found: string, allowed: string): Response {
  const response = refused(405, `${found} where ${allowed} is served`);
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
