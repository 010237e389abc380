/**
 * What everything rests on: errors, ids, clocks, seeded random numbers, canonical JSON, digests, events.
 *
 * @module sluice/core
 */

export { type ByteSource, sourceOf } from "./byte-source.ts";
export { canonicalJson, type JsonValue } from "./canonical-json.ts";
export type { CellTag, CellTypes, CellValue, ColumnType, ColumnTypes, NamesOf, RowOf, ValueOf } from "./cell-type.ts";
export { type Clock, type ManualClock, manualClock, systemClock } from "./clock.ts";
export { type Digest, digestOf, digestOfJson, isDigest } from "./digest.ts";
export { type Duration, durationMs } from "./duration.ts";
export { isSluiceError, SluiceError, type SluiceErrorCode, type SluiceErrorDetail } from "./errors.ts";
export { type EventMap, type Events, typedEvents } from "./events.ts";
export { type IdSource, uuidV7Ids } from "./ids.ts";
export { type Logger, silentLogger } from "./logger.ts";
export type { Progress, WorkOptions } from "./progress.ts";
export { type Random, seededRandom } from "./random.ts";
