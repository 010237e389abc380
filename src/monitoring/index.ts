/**
 * Stage 6: monitors, alerts and their responses.
 *
 * @module sluice/monitoring
 */

export type { MonitorDefinition } from "../contracts/monitor.ts";
export { AlertBook } from "./alert-book.ts";
export { judgeDrift } from "./detectors/drift.ts";
export { judgeFeatureSkew } from "./detectors/feature-skew.ts";
export { judgePerformance } from "./detectors/performance.ts";
export { logSink } from "./log-sink.ts";
export type { MonitorSight, MonitorStatus } from "./monitor-status.ts";
export { type MonitorOptions, monitor } from "./monitor.ts";
export { MonitoringStage } from "./monitoring-stage.ts";
export { profileOf, type ReferenceProfile } from "./reference-profile.ts";
export type { ArmOptions, MonitoringStageOptions } from "./stage-options.ts";
export { monitoringMigrations } from "./tables.ts";
export type { MonitorWindow, WindowVerdict } from "./window-verdict.ts";
