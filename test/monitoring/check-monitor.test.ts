import { expect, test } from "vitest";
import { monitor, type MonitorOptions } from "../../src/monitoring/monitor.ts";
import { driftOptions } from "./monitoring-bench.ts";

/** The options as a caller without types could give them. */
function untyped(change: { readonly [key: string]: unknown }): MonitorOptions {
  return JSON.parse(JSON.stringify({ ...driftOptions, ...change }));
}

const { response } = driftOptions;

test("whatever is missing from the response is said, also without types", () => {
  for (const [change, found] of [
    [{ response: undefined }, "an owner and a runbook and an action and ackWithin"],
    [{ response: { ...response, runbook: undefined } }, "a runbook"],
    [{ response: { ...response, runbook: [] } }, "a runbook"],
    [{ response: { ...response, owner: 7 } }, "an owner"],
    [{ response: { ...response, actions: [{ do: "dance" }] } }, "actions { do: notify, via }"],
    [{ response: { ...response, ackWithin: undefined } }, "ackWithin"],
  ] as const) {
    expect(() => monitor(untyped(change)), found).toThrow(
      expect.objectContaining({ code: "monitoring/incomplete-response", found: expect.stringContaining(found) }),
    );
  }
});

test("an unknown or incomplete signal, threshold or window is refused, also without types", () => {
  for (const [change, found] of [
    [{ signal: undefined }, "signal is missing"],
    [{ signal: { kind: "vibes" } }, 'signal.kind is "vibes"'],
    [{ signal: { kind: "data-drift" } }, "names at least one feature"],
    [{ signal: { kind: "prediction-drift" } }, "names an output"],
    [
      { signal: { kind: "performance", metric: "mood", output: "p", outcome: "o", labelDelay: 1 } },
      "auc, logLoss, brier",
    ],
    [{ threshold: undefined }, "threshold is missing"],
    [{ threshold: { kind: "guess" } }, 'threshold.kind is "guess"'],
    [{ threshold: { kind: "calibrated" } }, "falseAlarmRate lies between 0 and 1; minEffect"],
    [{ threshold: { kind: "bound", min: 0.5, minCoverage: 0.5 } }, "a drift monitor takes a calibrated threshold"],
    [{ windowRows: "100" }, "windowRows"],
    [{ fire: null }, "fire must be"],
    [{ response: { ...response, ackWithin: null } }, "ackWithin is no duration"],
    [{ id: "" }, "without an id"],
  ] as const) {
    expect(() => monitor(untyped(change)), found).toThrow(
      expect.objectContaining({ code: "argument/invalid", found: expect.stringContaining(found) }),
    );
  }
  expect(monitor(untyped({})).digest).toBe(monitor(driftOptions).digest);
});
