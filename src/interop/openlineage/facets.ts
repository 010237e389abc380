import type { CheckOutcome } from "../../contracts/check.ts";
import type { IngestedColumn, IngestRecord } from "../../contracts/ingest-record.ts";
import type { JsonValue } from "../../core/canonical-json.ts";

/** The schema of the events. */
export const eventSchema: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent" =
  "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

/** The facets written here, with the version of their schemas. */
const versions = {
  ColumnLineageDatasetFacet: "1-2-0",
  DataQualityAssertionsDatasetFacet: "1-1-0",
  DataQualityMetricsInputDatasetFacet: "1-0-3",
  DatasetVersionDatasetFacet: "1-0-1",
  ErrorMessageRunFacet: "1-0-1",
  InputStatisticsInputDatasetFacet: "1-0-0",
  JobTypeJobFacet: "2-0-4",
  OutputStatisticsOutputDatasetFacet: "1-0-2",
  SchemaDatasetFacet: "1-2-0",
} as const;

type Facet = { readonly [key: string]: JsonValue };

/** Makes the facets of one producer. */
export interface FacetMaker {
  columnLineage(
    source: { readonly namespace: string; readonly name: string },
    columns: readonly IngestedColumn[],
  ): Facet;
  assertions(checks: readonly CheckOutcome[]): Facet;
  metrics(record: IngestRecord): Facet;
  version(datasetVersion: string): Facet;
  error(message: string): Facet;
  read(rowCount: number): Facet;
  jobType(): Facet;
  written(rowCount: number): Facet;
  schema(columns: readonly Pick<IngestedColumn, "name" | "tag">[]): Facet;
}

/** The facets that a producer writes, as its schemas say. */
export function facetMaker(producer: string): FacetMaker {
  const facet = (name: keyof typeof versions, body: Facet): Facet => ({
    _producer: producer,
    _schemaURL: `https://openlineage.io/spec/facets/${versions[name]}/${name}.json#/$defs/${name}`,
    ...body,
  });
  return {
    columnLineage: (source, columns) =>
      facet("ColumnLineageDatasetFacet", {
        fields: Object.fromEntries(
          columns
            .filter((column) => column.inSource)
            .map(({ name }) => [name, { inputFields: [{ ...source, field: name, transformations: [taken] }] }]),
        ),
      }),
    assertions: (checks) => facet("DataQualityAssertionsDatasetFacet", { assertions: checks.flatMap(assertionsOf) }),
    metrics: (record) =>
      facet("DataQualityMetricsInputDatasetFacet", {
        rowCount: record.rowsAccepted,
        columnMetrics: Object.fromEntries(
          record.columns
            .filter((column) => column.inSource)
            .map(({ name, missing }) => [name, { nullCount: missing, count: record.rowsAccepted - missing }]),
        ),
      }),
    version: (datasetVersion) => facet("DatasetVersionDatasetFacet", { datasetVersion }),
    error: (message) => facet("ErrorMessageRunFacet", { message, programmingLanguage: "TypeScript" }),
    read: (rowCount) => facet("InputStatisticsInputDatasetFacet", { rowCount }),
    jobType: () => facet("JobTypeJobFacet", { processingType: "BATCH", integration: "SLUICE", jobType: "INGEST" }),
    written: (rowCount) => facet("OutputStatisticsOutputDatasetFacet", { rowCount }),
    schema: (columns) =>
      facet("SchemaDatasetFacet", {
        fields: columns.map(({ name, tag }, i) => ({ name, type: types[tag], ordinal_position: i + 1 })),
      }),
  };
}

/** The schema may coerce, default or transform a value, so nothing stronger is claimed. */
const taken = {
  type: "DIRECT",
  subtype: "TRANSFORMATION",
  description: "validated and typed by the dataset's schema",
  masking: false,
} as const;

const types = {
  f64: "DOUBLE",
  "f64[]": "ARRAY<DOUBLE>",
  "utf8[]": "ARRAY<VARCHAR>",
  i32: "INT",
  i64: "BIGINT",
  bool: "BOOLEAN",
  instant: "TIMESTAMP",
  utf8: "VARCHAR",
  json: "JSON",
} as const;

/** One assertion a column that a check names, or one on the dataset; a check that could not judge did not succeed. */
function assertionsOf(check: CheckOutcome): Facet[] {
  const judged = check.outcome !== "insufficientHistory";
  const body = {
    assertion: check.check,
    success: check.outcome === "pass",
    severity: judged ? check.severity : "warn",
    name: check.columns.length > 0 ? `${check.check}(${check.columns.join(", ")})` : check.check,
    description: check.reason,
    ...(check.bound !== undefined && { expected: String(check.bound) }),
    ...(!judged && { actual: "insufficient history" }),
    ...(judged && check.value !== undefined && { actual: String(check.value) }),
  };
  return check.columns.length === 1 ? [{ ...body, column: check.columns[0] ?? "" }] : [body];
}
