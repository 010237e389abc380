import { storedJson } from "../../../core/stored-json.ts";
import { retrainingOf } from "./monitoring-points.ts";
import { memberOf } from "../../record-body.ts";
import { counted, digestSource, eventSource, isoOf, type PointFindings, someSources, stated } from "../statement.ts";
import { type DataFacts, policiesOf, type VersionFacts } from "../version-facts.ts";
import { nodesOf } from "./general-points.ts";

/** 2(a): the run. */
export function methodPoint({ version, run, params, records }: VersionFacts): PointFindings {
  const { id, experiment, codeDigest } = version.run;
  if (run === undefined) return { statements: [], missing: [`its run ${id} is not on record`] };
  const names = Object.keys(params ?? {}).sort();
  const lasted = run.endedAtMs === null ? "" : `, ended ${isoOf(run.endedAtMs)}`;
  const started = records.find(({ kind, subject }) => kind === "run.started" && subject === `run:${id}`);
  const made = records.find(
    ({ kind, subject, body }) =>
      kind === "run.made" && subject === `artifact:${version.artifactDigest}` && memberOf(body, "run") === id,
  );
  return {
    statements: [
      ...stated(
        `It was trained in the run ${id} of the experiment "${experiment}", begun ${isoOf(run.startedAtMs)}${lasted} (${run.status}), with the seed ${run.seed} and ${counted(names.length, "recorded parameter")}: ${names.map((name) => `${name} = ${JSON.stringify(params?.[name])}`).join(", ")}.`,
        [digestSource(`run ${id}`, run.ref.training?.digest ?? codeDigest), digestSource("code", codeDigest)],
      ),
      ...(started === undefined ? [] : stated(startedText(version, started), [eventSource(started)])),
      ...(made === undefined
        ? []
        : stated("The run signed while it ran that it made this artifact from this code and training set.", [
            eventSource(made),
          ])),
    ],
    missing: [],
  };
}

function startedText({ run }: VersionFacts["version"], started: VersionFacts["records"][number]): string {
  const people = (run.startedBy ?? []).map(({ names }) => names[0] ?? "").join(" and ");
  const pipeline = memberOf(memberOf(started.body, "pipeline") ?? null, "name");
  const inside = typeof pipeline === "string" ? `, in the pipeline "${pipeline}"` : "";
  return `It was started by ${people === "" ? "somebody who is not known" : people}${inside}.`;
}

/** 2(b): what goes in and what comes out. */
export function designPoint({ version, evaluation, ofModel }: VersionFacts): PointFindings {
  const { vector, signature, service, artifactDigest } = version;
  const registered = ofModel.filter(
    ({ kind, subject }) => kind === "version.registered" && subject.endsWith(`@${version.version}`),
  );
  return {
    statements: [
      ...stated(
        `It takes ${counted(signature.inputWidth, "number")} (${vector.join(", ")}) and gives ${counted(signature.outputWidth, "number")}; its inputs are the features of "${service.name}".`,
        [digestSource("artifact", artifactDigest), digestSource(`features ${service.name}`, service.hash)],
      ),
      ...(evaluation === undefined
        ? []
        : stated(`It was evaluated as predicting "${evaluation.label}".`, [
            digestSource("evaluation", evaluation.digest),
            ...registered.map(eventSource),
          ])),
    ],
    missing: [],
  };
}

/** 2(c): what is made of what. */
export function architecturePoint({ lineage, version, views }: VersionFacts): PointFindings {
  const kinds = new Map<string, number>();
  for (const node of nodesOf(lineage)) {
    const kind = node.slice(0, node.indexOf(":"));
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const parts = [...kinds].map(([kind, count]) => `${count} × ${kind}`).join(", ");
  const features = views.map(
    ({ name, kind, features: of }) => `${name} (${kind}: ${of.map((one) => one.name).join(", ")})`,
  );
  return {
    statements: [
      ...stated(`Its recorded lineage, from the version back to the sources, has ${parts}.`, [
        digestSource("artifact", version.artifactDigest),
      ]),
      ...(features.length === 0
        ? []
        : stated(
            `Its features are computed by ${counted(features.length, "view")}, in training and in serving by one definition: ${features.join("; ")}.`,
            views.map(({ name, hash }) => digestSource(`view ${name}`, hash)),
          )),
    ],
    missing: [],
  };
}

/** 2(d): the data. */
export function dataPoint({ data, version }: VersionFacts): PointFindings {
  const training = version.run.training;
  const byDataset = new Map(data.map(({ dataset, blocked }) => [dataset, blocked]));
  const blocked = [...byDataset.values()].flat();
  return {
    statements: [
      ...(training === null
        ? []
        : stated(`The training set has ${counted(training.rows, "row")}, of features of "${training.service.name}".`, [
            digestSource("training set", training.digest),
          ])),
      ...data.flatMap((one) => stated(datasetText(one), datasetSources(one))),
      ...stated(
        `${counted(blocked.length, "batch of these datasets was", "batches of these datasets were")} kept out by checks.`,
        someSources(blocked),
      ),
    ],
    missing: [
      ...(training === null ? ["no training set was tracked with its run"] : []),
      ...data.flatMap(({ dataset, version: found }) =>
        found === undefined ? [`${dataset} is not there any more`] : [],
      ),
    ],
  };
}

function datasetText({ role, dataset, version, validation, committed }: DataFacts): string {
  const what = `For ${role}: the dataset "${dataset}"`;
  if (version === undefined) return `${what}, which is not there any more.`;
  const passed = version.checks.filter(({ outcome }) => outcome === "pass").length;
  const source = sourceOf(committed);
  const from = source === undefined ? "" : ` from ${source}`;
  const checks = `${passed} of ${counted(version.checks.length, "check")} passed`;
  const validated =
    validation === undefined ? "" : `, ${validation.validated ? "validated" : `not validated (${validation.reason})`}`;
  return `${what}: ${counted(version.rows, "row")}${from}, committed ${isoOf(version.createdAtMs)}; ${checks}${validated}.`;
}

function sourceOf(committed: DataFacts["committed"]): string | undefined {
  const source = Object(Object(committed?.body)["source"])["uri"];
  return typeof source === "string" ? source : undefined;
}

function datasetSources({ dataset, digest, committed }: DataFacts): ReturnType<typeof someSources> {
  const source = digestSource(`dataset ${dataset}`, digest);
  return committed === undefined ? [source] : [source, eventSource(committed)];
}

/** 2(f): the policy that every change goes through, and what retrains it. */
export function changePlanPoint(facts: VersionFacts): PointFindings {
  const inForce = policiesOf(facts).at(-1);
  const pipelines = retrainingOf(facts);
  return {
    statements: [
      ...(inForce === undefined
        ? []
        : stated(
            `Each transition of a version passes the gates of the policy "${inForce.subject}", in force since ${isoOf(inForce.timeMs)}: ${gatesText(inForce)}.`,
            [eventSource(inForce)],
          )),
      ...pipelines.map(({ monitor, pipeline, digest }) => ({
        text: `An alert of the monitor "${monitor}" starts the pipeline "${pipeline}".`,
        sources: [digestSource(`monitor ${monitor}`, digest)],
      })),
    ],
    missing: inForce === undefined ? ["no policy is on record"] : [],
  };
}

function gatesText(policy: VersionFacts["records"][number]): string {
  const text = Object(policy.body)["text"];
  const parsed: unknown =
    typeof text === "string" ? storedJson(text, { table: "audit_events", row: String(policy.index) }) : undefined;
  const transitions = Object.entries(Object(Object(parsed)["transitions"]) as { readonly [to: string]: unknown });
  return transitions
    .map(([to, entry]) => {
      const gates: unknown = Object(entry)["gates"];
      const names = Array.isArray(gates) ? gates.map((gate: unknown) => String(Object(gate)["gate"])) : [];
      return `to ${to}: ${names.join(", ") || "no gate"}`;
    })
    .join("; ");
}

/** 2(h): what the library itself protects. */
export function securityPoint({ verdict, certificates, ofModel, records }: VersionFacts): PointFindings {
  const keys = [...new Set(certificates.map(({ keyId }) => keyId))];
  const refused = ofModel.filter(({ kind }) => kind === "gate.refused");
  const retired = records.filter(({ kind }) => kind === "key.retired");
  return {
    statements: [
      ...stated(
        `Its ${counted(certificates.length, "promotion")} carried certificates signed with ${counted(keys.length, "key")} (${keys.join(", ")}); the artifact is checked by its digest when it is loaded.`,
        certificates.map(({ digest }) => digestSource("certificate", digest)),
      ),
      ...(verdict.valid && verdict.head !== null
        ? stated(
            `The log of ${counted(verdict.events, "event")} verifies as a chain, with ${counted(verdict.checkpoints, "signed checkpoint")}.`,
            [digestSource("audit log", verdict.head)],
          )
        : []),
      ...stated(
        `${counted(refused.length, "promotion of the model was", "promotions of the model were")} refused.`,
        someSources(refused),
      ),
      ...retired.flatMap((record) => stated(`${retiredText(verdict, record)}.`, [eventSource(record)])),
    ],
    missing: verdict.valid ? [] : [`the audit log does not verify: ${verdict.reason}`],
  };
}

/** As `verifyAudit` warns of it; of a log that does not verify, no more than that it is there. */
function retiredText(
  { warnings }: VersionFacts["verdict"],
  { index, subject }: VersionFacts["records"][number],
): string {
  const warning = warnings.find((one) => one.index === index)?.reason;
  return warning === undefined ? `The retirement of ${subject} is on record, signed by no pinned key` : `A ${warning}`;
}
