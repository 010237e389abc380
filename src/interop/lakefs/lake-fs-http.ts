import { type Duration, durationMs } from "../../core/duration.ts";
import { SluiceError } from "../../core/errors.ts";

/** Where a lakeFS repository is, and who asks. */
export interface LakeFsOptions {
  /** The server, as in `http://localhost:8000`. */
  readonly url: string;
  readonly repository: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** @default the runtime's */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** The longest time for one answer. @default "30s" */
  readonly timeout?: Duration;
}

/** A request below the repository. */
export interface LakeFsRequest {
  readonly method: "GET" | "POST" | "DELETE" | "HEAD";
  /** The steps of the path below `/repositories/{repository}`; each is escaped. */
  readonly path: readonly string[];
  readonly query?: { readonly [name: string]: string | number | undefined };
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  readonly headers?: { readonly [name: string]: string };
  /** Statuses beside 2xx that are answers, not errors. */
  readonly also?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** An answer, read to its end. */
export interface LakeFsAnswer {
  readonly status: number;
  readonly asked: string;
  readonly bytes: Uint8Array;
  /** The body as JSON; undefined where it is none. */
  json(): unknown;
}

/** Asks a lakeFS repository. Errors: `io/failed` with the server's message; the signal's reason. */
export async function ask(options: LakeFsOptions, request: LakeFsRequest): Promise<LakeFsAnswer> {
  const { method, signal } = request;
  const url = urlOf(options, request);
  const asked = `${method} ${url}`;
  const timeout = AbortSignal.timeout(durationMs(options.timeout ?? "30s"));
  let answer: LakeFsAnswer;
  try {
    const response = await (options.fetch ?? fetch)(url, {
      method,
      headers: headersOf(options, request),
      body:
        request.bytes === undefined
          ? request.json === undefined
            ? null
            : JSON.stringify(request.json)
          : Buffer.from(request.bytes),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    answer = { status: response.status, asked, bytes, json: () => parsed(bytes) };
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    throw failed(asked, `no answer (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
  if ((answer.status >= 200 && answer.status < 300) || request.also?.includes(answer.status) === true) return answer;
  throw failed(asked, `${answer.status} ${messageOf(answer)}`.trim());
}

/** The message of an Error of the API, else the text of the answer. */
export function messageOf(answer: LakeFsAnswer): string {
  const body = answer.json();
  if (typeof body === "object" && body !== null && "message" in body) return String(body.message);
  return new TextDecoder().decode(answer.bytes).slice(0, 200);
}

function urlOf({ url, repository }: LakeFsOptions, { path, query }: LakeFsRequest): string {
  const steps = ["api", "v1", "repositories", repository, ...path].map(encodeURIComponent);
  const address = new URL(`${url.replace(/\/+$/, "")}/${steps.join("/")}`);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== "") address.searchParams.set(name, String(value));
  }
  return address.href;
}

function headersOf({ accessKeyId, secretAccessKey }: LakeFsOptions, request: LakeFsRequest): Record<string, string> {
  const type = request.bytes === undefined ? "application/json" : "application/octet-stream";
  const key = Buffer.from(`${accessKeyId}:${secretAccessKey}`).toString("base64");
  const hasBody = request.bytes !== undefined || request.json !== undefined;
  return { authorization: `Basic ${key}`, ...(hasBody && { "content-type": type }), ...request.headers };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined; // whoever needs JSON says that there is none
  }
}

function failed(asked: string, found: string, cause?: unknown): SluiceError {
  return new SluiceError("io/failed", {
    found: `${found} from ${asked}`,
    expected: "an answer of 2xx from lakeFS",
    fix: "Check the address, the repository, the names and the keys' rights.",
    cause,
  });
}
