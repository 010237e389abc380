import { z } from "zod";

// Spec 2-0-2 and the facets' schemas, as far as the library writes them; strict, so that nothing unknown slips in.
const facet = <S extends z.ZodRawShape>(name: string, version: string, shape: S) =>
  z.strictObject({
    _producer: z.url(),
    _schemaURL: z.literal(`https://openlineage.io/spec/facets/${version}/${name}.json#/$defs/${name}`),
    ...shape,
  });
const count = z.int().nonnegative();

const dataset = {
  namespace: z.string().min(1),
  name: z.string().min(1),
  facets: z.strictObject({
    version: facet("DatasetVersionDatasetFacet", "1-0-1", { datasetVersion: z.string() }).optional(),
    schema: facet("SchemaDatasetFacet", "1-2-0", {
      fields: z.array(z.strictObject({ name: z.string(), type: z.string(), ordinal_position: count.min(1) })),
    }).optional(),
    columnLineage: facet("ColumnLineageDatasetFacet", "1-2-0", {
      fields: z.record(
        z.string(),
        z.strictObject({
          inputFields: z.array(
            z.strictObject({
              namespace: z.string(),
              name: z.string(),
              field: z.string(),
              transformations: z.array(
                z.strictObject({
                  type: z.enum(["DIRECT", "INDIRECT"]),
                  subtype: z.string(),
                  description: z.string(),
                  masking: z.boolean(),
                }),
              ),
            }),
          ),
        }),
      ),
    }).optional(),
  }),
};

const assertion = z.strictObject({
  assertion: z.string(),
  success: z.boolean(),
  severity: z.enum(["error", "warn"]),
  name: z.string(),
  description: z.string(),
  expected: z.string().optional(),
  actual: z.string().optional(),
  column: z.string().optional(),
});

/** A run event as the library writes it. */
export const eventShape = z.strictObject({
  eventType: z.enum(["START", "COMPLETE", "FAIL", "ABORT"]),
  eventTime: z.iso.datetime(),
  producer: z.url(),
  schemaURL: z.literal("https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"),
  run: z.strictObject({
    runId: z.uuidv7(),
    facets: z.strictObject({
      errorMessage: facet("ErrorMessageRunFacet", "1-0-1", {
        message: z.string(),
        programmingLanguage: z.string(),
      }).optional(),
    }),
  }),
  job: z.strictObject({
    namespace: z.string().min(1),
    name: z.string().min(1),
    facets: z.strictObject({
      jobType: facet("JobTypeJobFacet", "2-0-4", {
        processingType: z.literal("BATCH"),
        integration: z.string(),
        jobType: z.string(),
      }),
    }),
  }),
  inputs: z.array(
    z.strictObject({
      ...dataset,
      inputFacets: z
        .strictObject({
          inputStatistics: facet("InputStatisticsInputDatasetFacet", "1-0-0", { rowCount: count }),
          dataQualityMetrics: facet("DataQualityMetricsInputDatasetFacet", "1-0-3", {
            rowCount: count,
            columnMetrics: z.record(z.string(), z.strictObject({ nullCount: count, count })),
          }),
          dataQualityAssertions: facet("DataQualityAssertionsDatasetFacet", "1-1-0", {
            assertions: z.array(assertion),
          }).optional(),
        })
        .optional(),
    }),
  ),
  outputs: z.array(
    z.strictObject({
      ...dataset,
      outputFacets: z
        .strictObject({
          outputStatistics: facet("OutputStatisticsOutputDatasetFacet", "1-0-2", { rowCount: count }),
        })
        .optional(),
    }),
  ),
});
