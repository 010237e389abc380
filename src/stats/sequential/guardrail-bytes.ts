import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import type { GuardrailState, GuardrailStratum } from "./guardrail-state.ts";

const kind = "GRDE";

/** The bytes of a state: equal states give equal bytes. */
export function guardrailBytes({ direction, margin, strata }: GuardrailState): Uint8Array {
  const writer = new SummaryWriter(kind, 1);
  writer.u8(direction === "harm" ? 0 : 1);
  writer.f64(margin);
  writer.count(strata.length);
  for (const { share, challenger, champion } of strata) {
    writer.f64(share);
    writer.count(challenger);
    writer.count(champion);
  }
  return writer.finish();
}

/** Reads what {@link guardrailBytes} wrote. Throws `argument/invalid` for anything else. */
export function guardrailStateOf(bytes: Uint8Array): GuardrailState {
  const reader = new SummaryReader(bytes, kind, 1);
  const direction = reader.u8();
  reader.require(direction <= 1, `the direction ${direction}`);
  const margin = reader.f64();
  reader.require(margin >= 0 && margin < Number.POSITIVE_INFINITY, `the margin ${margin}`);
  const strata: GuardrailStratum[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let left = reader.count(); left > 0; left--) {
    const share = reader.f64();
    const challenger = reader.count();
    const champion = reader.count();
    reader.require(share > last && share >= 0 && share <= 1, `the share ${share} after ${last}`);
    reader.require(challenger + champion > 0, "a share without events");
    reader.require((share === 0 ? challenger : share === 1 ? champion : 0) === 0, "events in an arm without traffic");
    strata.push({ share, challenger, champion });
    last = share;
  }
  reader.end();
  return { version: 1, direction: direction === 0 ? "harm" : "safe", margin, strata };
}
