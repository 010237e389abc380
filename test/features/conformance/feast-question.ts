import type { FeastHandler } from "../../../src/interop/feast/index.ts";
import { answerOf, type OnlineAnswer, post } from "../../interop/feast/feast-requests.ts";

/** The values by feature name that a handler answers to `/get-online-features`, or its refusal with the status; `detail` is the message. */
export async function askFeast(handler: FeastHandler, asked: unknown): Promise<{ readonly [name: string]: unknown }> {
  const { status, body } = await answerOf(handler, post("/get-online-features", asked));
  if (status !== 200) return { ...body, status };
  const { metadata, results } = body as unknown as OnlineAnswer;
  return Object.fromEntries(metadata.feature_names.map((name, i) => [name, results[i]?.values]));
}
