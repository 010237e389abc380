import { isSluiceError, SluiceError, type SluiceErrorCode } from "../../core/errors.ts";

/** What a request was about, for the message of its error. */
export interface S3Request {
  /** The operation's name, which is also the right it needs: `PutObject`. */
  readonly operation: string;
  /** `s3://bucket/key`. */
  readonly place: string;
}

interface Explanation {
  readonly names: readonly string[];
  readonly statuses: readonly number[];
  readonly code?: SluiceErrorCode;
  readonly expected: string;
  readonly fix: string;
}

const networkCodes = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ETIMEDOUT"];

/** The first that fits an error's name or, after all names, its HTTP status. */
const explanations: readonly Explanation[] = [
  {
    names: ["NoSuchBucket"],
    statuses: [],
    expected: "a bucket of that name",
    fix: "Create the bucket, or correct `bucket` and the client's endpoint and region.",
  },
  {
    names: [
      "CredentialsProviderError",
      "ExpiredToken",
      "ExpiredTokenException",
      "InvalidAccessKeyId",
      "InvalidToken",
      "RequestTimeTooSkewed",
      "SignatureDoesNotMatch",
    ],
    statuses: [401],
    expected: "credentials that the server knows",
    fix: "Check the client's credentials (and this machine's clock, which signatures depend on).",
  },
  {
    names: ["AccessDenied", "AllAccessDisabled"],
    statuses: [403],
    expected: "credentials with the right to do this",
    fix: "Grant s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on the keys and s3:ListBucket on the bucket.",
  },
  {
    names: ["AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect"],
    statuses: [301, 307],
    expected: "a client of the bucket's region",
    fix: "Set the client's `region` to that of the bucket.",
  },
  {
    names: ["RequestLimitExceeded", "SlowDown", "ThrottlingException", "TooManyRequests"],
    statuses: [429, 503],
    expected: "a server that takes the requests at this rate",
    fix: 'Call again later; give the client more `maxAttempts` and `retryMode: "adaptive"`.',
  },
  {
    names: ["QuotaExceeded", "XMinioStorageFull"],
    statuses: [507],
    code: "io/disk-full",
    expected: "free space in the store",
    fix: "Nothing was kept of this object; free some space and call again.",
  },
  {
    names: ["BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch"],
    statuses: [],
    expected: "bytes that arrive as they were sent",
    fix: "Call again; leave the array alone until put() has returned. If it stays, look at what lies between here and the server.",
  },
  {
    names: ["RequestTimeout", "TimeoutError", ...networkCodes],
    statuses: [408, 504],
    expected: "a server that answers",
    fix: "Check the client's endpoint and timeouts and the network, then call again.",
  },
];

const otherwise = {
  expected: "a request that the server can do",
  fix: "See the cause; check the client's endpoint, region and credentials, and the bucket.",
} as const;

/** The SluiceError for an error of the SDK; one that is already a SluiceError passes. */
export function s3Error(error: unknown, { operation, place }: S3Request): SluiceError {
  if (isSluiceError(error)) return error;
  const name = s3ErrorName(error);
  const status = s3ErrorStatus(error);
  const { code, expected, fix } = explanationOf(name, status);
  // An answer to HEAD has no body to give a reason in.
  const reason = name === "Unknown" || name === "UnknownError" ? "an answer without a reason" : name;
  const said = error instanceof Error && reason === name && error.message !== "" ? `: ${error.message}` : "";
  return new SluiceError(code ?? "io/failed", {
    found: `${reason}${said} (${operation} ${place}${status === undefined ? "" : `, HTTP ${status}`})`,
    expected,
    fix,
    cause: error,
  });
}

/** The name of an error as S3 gives it (`NoSuchKey`), or the code of one of the network (`ECONNREFUSED`). */
export function s3ErrorName(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && typeof error.code === "string" && networkCodes.includes(error.code)) return error.code;
  return error.name;
}

/** The HTTP status of the answer that an error was made from, where there was one. */
export function s3ErrorStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const metadata: unknown = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

function explanationOf(name: string, status: number | undefined): Pick<Explanation, "code" | "expected" | "fix"> {
  const named = explanations.find(({ names }) => names.includes(name));
  if (named !== undefined || status === undefined) return named ?? otherwise;
  return explanations.find(({ statuses }) => statuses.includes(status)) ?? otherwise;
}
