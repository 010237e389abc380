import type { FeastHandler } from "../../../src/interop/feast/index.ts";

/** The body of an answer: of values, or of a refusal. */
interface FeastAnswer {
  readonly metadata: { readonly feature_names: readonly string[] };
  readonly results: readonly { readonly values: readonly unknown[] }[];
}

/** What Feast's `/get-online-features` answers: values by name; or the members of a refusal, and its status. */
export async function askFeast(handler: FeastHandler, body: unknown): Promise<{ readonly [name: string]: unknown }> {
  const url = "http://localhost/get-online-features";
  const response = await handler(new Request(url, { method: "POST", body: JSON.stringify(body) }));
  const answer = (await response.json()) as FeastAnswer;
  if (response.status !== 200) return { ...answer, status: response.status };
  const { metadata, results } = answer;
  return Object.fromEntries(metadata.feature_names.map((name, i) => [name, results[i]?.values]));
}
