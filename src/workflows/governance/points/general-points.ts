import type { LineageTree } from "../../../contracts/lineage-store.ts";
import { isDigest } from "../../../core/digest.ts";
import { textIn } from "../../record-body.ts";
import { counted, digestSource, eventSource, isoOf, type PointFindings, someSources, stated } from "../statement.ts";
import { policiesOf, type VersionFacts } from "../version-facts.ts";

/** 1(a): the version and those before and after it. */
export function versionPoint({ version, others, own, certificates, card }: VersionFacts): PointFindings {
  const { name, stage, author, registeredAtMs } = version;
  const registered = own.filter(({ kind }) => kind === "version.registered");
  const before = others.filter((one) => one.version < version.version);
  const after = others.filter((one) => one.version > version.version);
  const list = (versions: typeof others): string =>
    versions.length === 0 ? "none" : versions.map((one) => `${one.version} (${one.stage})`).join(", ");
  const cards = own.filter(({ kind }) => kind === "card.written");
  const replaced = certificates.findLast(({ body }) => body.transition.to === "production" && body.champion !== null);
  return {
    statements: [
      ...stated(
        `Version ${version.version} of "${name}", registered ${isoOf(registeredAtMs)} by ${author}, stands at ${stage}. Versions before it: ${list(before)}; after it: ${list(after)}.`,
        registered.map(eventSource),
      ),
      ...(replaced === undefined
        ? []
        : stated(`In production it replaced version ${replaced.body.champion?.version ?? "?"}.`, [
            digestSource("certificate", replaced.digest),
          ])),
      ...stated(`People wrote ${counted(cards.length, "revision")} of its model card.`, someSources(cards)),
      ...cardStatement(card, "intendedUse", "it is for"),
      ...cardStatement(card, "outOfScope", "it is not for"),
      ...own
        .filter(({ kind }) => kind === "version.deprecated" || kind === "version.reinstated")
        .map((record) => ({ text: changeText(record), sources: [eventSource(record)] })),
    ],
    missing: registered.length === 0 ? ["its registration is not on record"] : [],
  };
}

/** What people say in the card, as theirs. */
export function cardStatement(
  card: VersionFacts["card"],
  part: "intendedUse" | "outOfScope" | "limits" | "ethics",
  what: string,
): PointFindings["statements"] {
  const text = card?.parts[part];
  if (card === undefined || text === undefined || text.trim() === "") return [];
  return stated(`By its model card (revision ${card.revision}, ${card.author}) ${what}: ${text}`, [
    digestSource("model card", card.digest),
  ]);
}

/** 1(b): where its data comes from. */
export function interactionPoint({ lineage, data }: VersionFacts): PointFindings {
  const sources = nodesOf(lineage).filter((node) => node.startsWith("source:"));
  const named = sources.map((node) => node.slice("source:".length).replace(/#sha256:[0-9a-f]+$/, ""));
  const uris = [...new Set(named.map((uri) => (isDigest(uri) ? "tables in memory" : uri)))];
  const datasets = [...new Set(data.map(({ dataset }) => dataset))];
  return {
    statements: stated(
      `It was made from ${counted(datasets.length, "dataset")} (${datasets.join(", ")}), which took rows from ${uris.length === 0 ? "sources that are not on record" : uris.join(", ")}.`,
      data.map(({ dataset, digest }) => digestSource(`dataset ${dataset}`, digest)),
    ),
    missing: [],
  };
}

/** 1(c), 1(d): what it is as software. */
export function softwarePoint({ version }: VersionFacts): PointFindings {
  const { artifactDigest, artifactFormat, run, made } = version;
  const maker = made === "asserted" ? ", as who registered it says: no run recorded it" : "";
  return {
    statements: stated(
      `The model is an artifact of the format "${artifactFormat}", trained by code of the version ${run.codeDigest}${run.codeDigest.startsWith("asserted") ? " (asserted, not computed)" : ""}${maker}.`,
      [digestSource("artifact", artifactDigest), digestSource("code", run.codeDigest)],
    ),
    missing: [],
  };
}

/** 1(d): the artifact. */
export function formPoint({ version, evaluation }: VersionFacts): PointFindings {
  const size = evaluation?.sizeBytes === undefined ? "" : `, ${evaluation.sizeBytes} bytes`;
  const files = version.files ?? [];
  const shown = files
    .slice(0, 10)
    .map(({ path, sizeBytes, mediaType }) => `${path} (${mediaType}, ${sizeBytes} bytes)`);
  const listed =
    files.length === 0 ? "" : `: ${shown.join(", ")}${files.length > 10 ? ` and ${files.length - 10} more` : ""}`;
  return {
    statements: stated(`It is served from an artifact of the format "${version.artifactFormat}"${size}${listed}.`, [
      digestSource("artifact", version.artifactDigest),
    ]),
    missing: [],
  };
}

/** 1(e): how fast it was where it was measured. */
export function hardwarePoint({ evaluation }: VersionFacts): PointFindings {
  const latency = evaluation?.latency;
  if (evaluation === undefined || latency === undefined)
    return { statements: [], missing: ["latency was not measured"] };
  const { p50Ms, p95Ms, p99Ms, calls, rowsPerCall } = latency;
  return {
    statements: stated(
      `Where it was evaluated a prediction of ${counted(rowsPerCall, "row")} took ${p50Ms} ms at the median, ${p95Ms} ms at p95, ${p99Ms} ms at p99 (${calls} calls).`,
      [digestSource("evaluation", evaluation.digest)],
    ),
    missing: [],
  };
}

/** 6: everything that was decided about any version of the model. */
export function changesPoint(facts: VersionFacts): PointFindings {
  const statements = [...facts.ofModel, ...policiesOf(facts)]
    .filter(({ kind }) => changeKinds.has(kind))
    .sort((a, b) => a.index - b.index)
    .map((record) => ({ text: changeText(record), sources: [eventSource(record)] }));
  return { statements, missing: statements.length === 0 ? ["no change is on record"] : [] };
}

const changeKinds: ReadonlySet<string> = new Set([
  ...["policy.adopted", "version.registered", "version.promoted", "version.archived", "version.deprecated"],
  ...["version.reinstated", "rollout.rolledBack", "alias.moved", "alias.removed"],
]);

type ModelRecord = VersionFacts["records"][number];

function changeText(record: ModelRecord): string {
  const { kind, subject, actor, timeMs } = record;
  const [from, to] = [textIn(record, "from"), textIn(record, "to")];
  const move = from === undefined || to === undefined ? "" : `, ${from} → ${to}`;
  const reason = textIn(record, "reason");
  return `${isoOf(timeMs)}: ${kind} ${subject}${move}, by ${actor}${reason === undefined ? "" : `: ${reason}`}.`;
}

/** The nodes of a lineage tree, each once. */
export function nodesOf(tree: LineageTree): readonly string[] {
  const found = new Set<string>();
  const walk = ({ node, children }: LineageTree): void => {
    if (found.has(node)) return;
    found.add(node);
    children.forEach(walk);
  };
  walk(tree);
  return [...found];
}
