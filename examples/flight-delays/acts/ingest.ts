// Act 1: data that can be trusted. Four batches; one has broken rows, one is wrong as a whole.
import { flights } from "../definitions.ts";
import { act, bar, count, say } from "../show.ts";
import { type Arrival, flightsBetween } from "../source.ts";
import type { Stage } from "../stage.ts";

/** Ingests the spring, and what went wrong on the way. */
export async function ingestSpring(stage: Stage): Promise<void> {
  act("1  Data: January to April arrive in four batches");
  await ingest(stage, "January to March", "2001-01-01", "2001-04-01", "as it is");
  await ingest(stage, "April 1–15, broken rows", "2001-04-01", "2001-04-16", "with broken rows");
  await ingest(stage, "April 16–30, kilometres", "2001-04-16", "2001-05-01", "in kilometres");
  await ingest(stage, "April 16–30, corrected", "2001-04-16", "2001-05-01", "as it is");
}

/** Ingests May and June. */
export async function ingestSummer(stage: Stage): Promise<void> {
  act("6  Data: May and June arrive");
  await ingest(stage, "May", "2001-05-01", "2001-06-01", "as it is");
  await ingest(stage, "June", "2001-06-01", "2001-07-02", "as it is");
}

async function ingest(
  { ws, summary }: Stage,
  title: string,
  from: string,
  to: string,
  arrival: Arrival,
): Promise<void> {
  const result = await ws.data.ingest(flights, flightsBetween(from, to, arrival), {
    onFailure: "quarantine",
    onProgress: bar(title),
  });
  const { read, accepted, quarantined, blocked } = result.rows;
  summary.rows.ingested += read;
  summary.rows.accepted += accepted;
  summary.rows.quarantined += quarantined;
  summary.rows.blocked += blocked;
  say(
    `${title}: ${count(read)} rows read, ${count(accepted)} accepted, ${count(quarantined)} quarantined, ${count(blocked)} blocked`,
  );
  for (const [issue, rows] of Object.entries(result.issueCounts)) say(`  quarantined: ${issue} × ${count(rows)}`);
  if (result.outcome === "blocked") for (const reason of result.reasons) say(`  blocked whole: ${reason}`);
  else summary.digests[`dataset after ${title}`] = result.version.digest;
}
