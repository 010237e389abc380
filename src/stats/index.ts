/**
 * The mathematics: distributions, tests, distances, sequential tests, exact sums, prediction quality. Pure functions.
 *
 * @module sluice/stats
 */

export type { Alternative } from "./alternative.ts";
export { type BinCounter, binCounter, binCounts } from "./binning/bin-counter.ts";
export { type CategoryBinsOptions, categoryBins, categoryCounts } from "./binning/category-bins.ts";
export { type BinWidthRule, type EqualWidthBinsOptions, equalWidthBins } from "./binning/equal-width-bins.ts";
export type { Column } from "./binning/column.ts";
export { mergeCounts } from "./binning/merge-counts.ts";
export { explicitBins, type QuantileBinsOptions, quantileBins } from "./binning/numeric-bins.ts";
export { type CategoryBins, type NumericBins, type ReferenceBins, slotNames } from "./binning/reference-bins.ts";
export { binnedDistance } from "./distances/binned-distance.ts";
export {
  type CompareSamplesOptions,
  compareSamples,
  compareSorted,
  type SampleComparison,
} from "./distances/compare-samples.ts";
export type {
  Binning,
  Distance,
  DistanceMetric,
  HistogramMetric,
  LineMetric,
  LogarithmBase,
  WassersteinUnit,
} from "./distances/distance.ts";
export type { DistanceOptions } from "./distances/distance-options.ts";
export { energyDistance, energyDistanceSorted } from "./distances/energy-distance.ts";
export { hellinger, lInfinity, totalVariation } from "./distances/histogram-distances.ts";
export { type JensenShannonOptions, jensenShannon } from "./distances/jensen-shannon.ts";
export { type KullbackLeiblerOptions, kullbackLeibler } from "./distances/kullback-leibler.ts";
export { type BinnedDistance, energyHistogram, wassersteinHistogram } from "./distances/line-histograms.ts";
export type { Smoothing } from "./distances/paired-shares.ts";
export { psi, type SmoothingOptions } from "./distances/psi.ts";
export {
  type BinningRule,
  type CategoryDistanceOptions,
  categoryDistance,
  type SampleDistanceOptions,
  sampleDistance,
} from "./distances/sample-distance.ts";
export { type WassersteinOptions, wasserstein, wassersteinSorted } from "./distances/wasserstein.ts";
export { betaCdf, betaIsf, betaQuantile, betaSf } from "./distributions/beta.ts";
export { binomialCdf, binomialPmf, binomialSf } from "./distributions/binomial.ts";
export { chiSquaredCdf, chiSquaredIsf, chiSquaredQuantile, chiSquaredSf } from "./distributions/chi-squared.ts";
export { cramerVonMisesSf } from "./distributions/cramer-von-mises-sf.ts";
export { fCdf, fIsf, fQuantile, fSf } from "./distributions/f.ts";
export { type GammaOptions, gammaCdf, gammaIsf, gammaQuantile, gammaSf } from "./distributions/gamma.ts";
export { kolmogorovCdf, kolmogorovIsf, kolmogorovQuantile, kolmogorovSf } from "./distributions/kolmogorov.ts";
export { ksOneSampleSf } from "./distributions/ks-one-sample-sf.ts";
export { normalCdf, normalIsf, normalLogSf, normalQuantile, normalSf } from "./distributions/normal.ts";
export { poissonCdf, poissonPmf, poissonSf } from "./distributions/poisson.ts";
export { studentTCdf, studentTIsf, studentTQuantile, studentTSf } from "./distributions/student-t.ts";
export { type BootstrapInterval, type BootstrapOptions, bootstrapInterval } from "./effects/bootstrap-interval.ts";
export { type ArmPosterior, type BestArmOptions, bestArmProbabilities } from "./effects/best-arm.ts";
export { type CupedEffect, cupedEffect } from "./effects/cuped-effect.ts";
export type { EffectEstimate, EffectOptions, EffectScale } from "./effects/effect-estimate.ts";
export { meanEffect } from "./effects/mean-effect.ts";
export {
  type MeanPosterior,
  type MeanPosteriorOptions,
  type MeanPrior,
  meanPosterior,
} from "./effects/mean-posterior.ts";
export { proportionEffect } from "./effects/proportion-effect.ts";
export {
  type ProportionPosterior,
  type ProportionPosteriorOptions,
  proportionPosterior,
} from "./effects/proportion-posterior.ts";
export { type RatioEstimate, ratioEffect, ratioMetric } from "./effects/ratio-effect.ts";
export type { Statistic } from "./effects/resampler.ts";
export { type ThompsonOptions, thompsonWeights } from "./effects/thompson-weights.ts";
export type { ConfidenceOptions, IntervalEstimate } from "./interval-estimate.ts";
export type { PairMoments, SampleMoments } from "./moments/moments.ts";
export { MomentsAccumulator } from "./moments/moments-accumulator.ts";
export { pairMoments } from "./moments/pair-moments.ts";
export { PairMomentsAccumulator } from "./moments/pair-moments-accumulator.ts";
export { sampleMoments } from "./moments/sample-moments.ts";
export { benjaminiHochberg, benjaminiYekutieli, bonferroni, holm } from "./multiple/adjust-p-values.ts";
export { eBenjaminiHochberg } from "./multiple/e-benjamini-hochberg.ts";
export {
  isNotComputable,
  type NotComputable,
  type NotComputableReason,
  notComputable,
} from "./not-computable.ts";
export { type MeanDesign, meanDetectableDifference, meanPower, meanSampleSize } from "./power/mean-power.ts";
export type { PowerOptions, PowerTargetOptions, SampleSize, SizeOptions } from "./power/power-options.ts";
export {
  type ProportionDesign,
  proportionDetectableDifference,
  proportionPower,
  proportionSampleSize,
} from "./power/proportion-power.ts";
export { type BracketDecision, decideBracket } from "./profile/decide-bracket.ts";
export { type KsBracket, ksBracket } from "./profile/ks-bracket.ts";
export { NumericProfile, type NumericProfileOptions } from "./profile/numeric-profile.ts";
export { profileDistance } from "./profile/profile-distance.ts";
export { type WassersteinBracket, wassersteinBracket } from "./profile/wasserstein-bracket.ts";
export { type AucInterval, aucInterval } from "./quality/binary/auc-interval.ts";
export { averagePrecision } from "./quality/binary/average-precision.ts";
export { type BestThreshold, bestThreshold, type ThresholdCriterion } from "./quality/binary/best-threshold.ts";
export { type AucBracket, BinnedAuc } from "./quality/binary/binned-auc.ts";
export { type AucComparison, compareAucs } from "./quality/binary/compare-aucs.ts";
export { type Confusion, confusionAt, mergeConfusions, type ThresholdOptions } from "./quality/binary/confusion.ts";
export { type ConfusionIntervals, confusionIntervals } from "./quality/binary/confusion-intervals.ts";
export {
  type ConfusionMetrics,
  confusionMetrics,
  type FBetaOptions,
  fBeta,
} from "./quality/binary/confusion-metrics.ts";
export type { CurveOptions } from "./quality/binary/curve-points.ts";
export { type PrecisionRecallCurve, precisionRecallCurve } from "./quality/binary/precision-recall-curve.ts";
export { type RocAuc, rocAuc } from "./quality/binary/roc-auc.ts";
export { type RocCurve, rocCurve } from "./quality/binary/roc-curve.ts";
export { ThresholdConfusion } from "./quality/binary/threshold-confusion.ts";
export {
  applyIsotonic,
  fitIsotonic,
  type IsotonicModel,
  type IsotonicOptions,
} from "./quality/calibration/isotonic.ts";
export { applyPlatt, fitPlatt, type PlattModel } from "./quality/calibration/platt.ts";
export { applyTemperature, fitTemperature, type TemperatureModel } from "./quality/calibration/temperature.ts";
export type { ClassLabel } from "./quality/multiclass/class-label.ts";
export type { ClassScoresOptions } from "./quality/multiclass/class-scores.ts";
export { cohensKappa, type KappaOptions } from "./quality/multiclass/cohens-kappa.ts";
export {
  type ConfusionMatrix,
  type ConfusionMatrixOptions,
  confusionMatrix,
  MulticlassConfusion,
} from "./quality/multiclass/confusion-matrix.ts";
export { multiclassAuc, type MulticlassAucOptions } from "./quality/multiclass/multiclass-auc.ts";
export { multiclassBrierScore, multiclassLogLoss } from "./quality/multiclass/multiclass-losses.ts";
export { multiclassMcc } from "./quality/multiclass/multiclass-mcc.ts";
export {
  type ClassMetrics,
  type MulticlassMetrics,
  multiclassMetrics,
  type PrecisionRecallF1,
  type ZeroDivisionOptions,
} from "./quality/multiclass/multiclass-metrics.ts";
export { topKAccuracy, type TopKOptions } from "./quality/multiclass/top-k-accuracy.ts";
export {
  type BrierDecomposition,
  type BrierDecompositionOptions,
  brierDecomposition,
  sharpness,
} from "./quality/probabilistic/brier-decomposition.ts";
export { type CrpsEnsembleOptions, crpsEnsemble, crpsNormal } from "./quality/probabilistic/crps.ts";
export {
  type LogisticRecalibration,
  type LogisticRecalibrationOptions,
  logisticRecalibration,
} from "./quality/probabilistic/logistic-recalibration.ts";
export { debiasedCalibrationError } from "./quality/probabilistic/debiased-calibration-error.ts";
export type { ProbabilityBinsOptions } from "./quality/probabilistic/probability-edges.ts";
export { brierScore, type LogLossOptions, logLoss } from "./quality/probabilistic/probability-losses.ts";
export {
  type CalibrationError,
  type ReliabilityBin,
  ReliabilityBins,
  type ReliabilityBinsOptions,
} from "./quality/probabilistic/reliability-bins.ts";
export { calibrationError, reliabilityCurve } from "./quality/probabilistic/reliability-curve.ts";
export { type SpiegelhalterResult, spiegelhalterTest } from "./quality/probabilistic/spiegelhalter-test.ts";
export type { QualityValue } from "./quality/quality-value.ts";
export type { QueryGroups } from "./quality/ranking/query-groups.ts";
export {
  dcg,
  meanAveragePrecision,
  meanReciprocalRank,
  ndcg,
  type RankingMean,
  rankingMetrics,
} from "./quality/ranking/ranking-metrics.ts";
export { type RankingMetrics, type RankingOptions, RankingQuality } from "./quality/ranking/ranking-quality.ts";
export {
  meanAbsoluteError,
  meanBias,
  meanSquaredError,
  meanSquaredLogError,
  rootMeanSquaredError,
  rootMeanSquaredLogError,
} from "./quality/regression/mean-errors.ts";
export { maxError, medianAbsoluteError } from "./quality/regression/order-errors.ts";
export {
  type AdjustedRSquaredOptions,
  adjustedRSquared,
  explainedVariance,
  rSquared,
} from "./quality/regression/r-squared.ts";
export { RegressionErrors } from "./quality/regression/regression-errors.ts";
export {
  type RegressionMetrics,
  type RegressionSummary,
  regressionMetrics,
} from "./quality/regression/regression-metrics.ts";
export {
  meanAbsolutePercentageError,
  symmetricMeanAbsolutePercentageError,
  weightedAbsolutePercentageError,
} from "./quality/regression/relative-errors.ts";
export { type HuberOptions, huberLoss, type PinballOptions, pinballLoss } from "./quality/regression/robust-losses.ts";
export {
  gammaDeviance,
  poissonDeviance,
  type TweedieOptions,
  tweedieDeviance,
} from "./quality/regression/tweedie-deviance.ts";
export type { WeightOptions } from "./quality/row-weights.ts";
export { wilsonInterval } from "./quality/wilson-interval.ts";
export { quantileOfSorted } from "./quantile.ts";
export { binomialDraw } from "./sampling/binomial-draw.ts";
export { betaDraw, gammaDraw } from "./sampling/gamma-draw.ts";
export type { BetaPrior } from "./sequential/beta-prior.ts";
export {
  type BoundedMeanEvidenceOptions,
  type BoundedMeanOptions,
  BoundedMeanSequence,
} from "./sequential/bounded-mean-sequence.ts";
export {
  type ConfidenceSequenceAt,
  type ConfidenceSequenceOptions,
  confidenceSequence,
} from "./sequential/confidence-sequence.ts";
export { eToP } from "./sequential/e-to-p.ts";
export { EValueHistory } from "./sequential/e-value-history.ts";
export type { ErrorSpending } from "./sequential/error-spending.ts";
export {
  type FutilityLook,
  type FutilityOptions,
  type FutilityPlan,
  futilityBoundary,
} from "./sequential/futility-boundary.ts";
export {
  type GroupSequentialLook,
  type GroupSequentialOptions,
  groupSequentialBoundary,
} from "./sequential/group-sequential-boundary.ts";
export {
  type GroupSequentialEstimate,
  type GroupSequentialResult,
  GroupSequentialTest,
  type GroupSequentialTestOptions,
} from "./sequential/group-sequential-test.ts";
export { GuardrailEProcess } from "./sequential/guardrail-e-process.ts";
export type { GuardrailDirection } from "./sequential/guardrail-increments.ts";
export { guardrailRiskRatio } from "./sequential/guardrail-risk-ratio.ts";
export type {
  GuardrailOptions,
  GuardrailState,
  GuardrailStratum,
  RolloutArm,
} from "./sequential/guardrail-state.ts";
export { type AverageEOptions, averageE, productE } from "./sequential/merge-e-values.ts";
export { type MsprtOptions, type MsprtResult, msprt } from "./sequential/msprt.ts";
export { MsprtProcess } from "./sequential/msprt-process.ts";
export {
  type ProportionSequenceOptions,
  proportionConfidenceSequence,
} from "./sequential/proportion-confidence-sequence.ts";
export { type ProportionEvidenceOptions, proportionLogE } from "./sequential/proportion-log-e.ts";
export { type SampleRatioOptions, sampleRatioLogE } from "./sequential/sample-ratio-log-e.ts";
export type { BurnInOptions, SequentialEstimate } from "./sequential/sequential-estimate.ts";
export { DDSketch, type DDSketchOptions } from "./sketches/dd-sketch.ts";
export type { HashableValue } from "./sketches/hash-value.ts";
export { type DistinctEstimate, HyperLogLog, type HyperLogLogOptions } from "./sketches/hyper-log-log.ts";
export type { KllSize } from "./sketches/kll-bounds.ts";
export { type KllKsDistance, kllKsDistance } from "./sketches/kll-ks-distance.ts";
export { type KllOptions, KllSketch } from "./sketches/kll-sketch.ts";
export type { SketchKey } from "./sketches/sketch-key.ts";
export { type FrequentKey, type KeyCount, SpaceSaving, type SpaceSavingOptions } from "./sketches/space-saving.ts";
export type { WeightedValues } from "./sketches/weighted-values.ts";
export { sortDoubles } from "./sort-doubles.ts";
export { erf, erfc } from "./special/erfc.ts";
export { type IncompleteBetaOptions, incompleteBeta, logIncompleteBeta } from "./special/incomplete-beta.ts";
export { incompleteGamma, logIncompleteGamma } from "./special/incomplete-gamma.ts";
export { logBeta } from "./special/log-beta.ts";
export { logGamma } from "./special/log-gamma.ts";
export type { Tails } from "./special/tails.ts";
export { ExactProductSum } from "./sums/exact-product-sum.ts";
export { ExactSum, type ExactSumState } from "./sums/exact-sum.ts";
export {
  type AndersonDarlingOptions,
  type AndersonDarlingResult,
  andersonDarlingTest,
} from "./tests/anderson-darling-test.ts";
export type { ChiSquaredStatistic } from "./tests/chi-squared-cell.ts";
export { chiSquaredGoodnessOfFit, type GoodnessOfFitOptions } from "./tests/chi-squared-goodness-of-fit.ts";
export { type ChiSquaredOptions, type ChiSquaredResult, chiSquaredTest } from "./tests/chi-squared-test.ts";
export {
  type CramerVonMisesOptions,
  type CramerVonMisesResult,
  cramerVonMisesTest,
} from "./tests/cramer-von-mises-test.ts";
export { type EnergyTestResult, energyTest } from "./tests/energy-test.ts";
export { type EppsSingletonOptions, type EppsSingletonResult, eppsSingletonTest } from "./tests/epps-singleton-test.ts";
export {
  type FisherExactOptions,
  type FisherExactResult,
  fisherExactTest,
  type TwoByTwo,
} from "./tests/fisher-exact-test.ts";
export { type KsMethodOptions, type KsOptions, type KsResult, ksTest, ksTestSorted } from "./tests/ks-test.ts";
export { type MannWhitneyOptions, type MannWhitneyResult, mannWhitneyTest } from "./tests/mann-whitney-test.ts";
export { type MmdOptions, type MmdResult, maximumMeanDiscrepancy } from "./tests/maximum-mean-discrepancy.ts";
export { type DiscordantPairs, type McNemarOptions, type McNemarResult, mcNemarTest } from "./tests/mcnemar-test.ts";
export { type MmdLinearOptions, type MmdLinearResult, mmdLinear } from "./tests/mmd-linear.ts";
export { newcombeInterval } from "./tests/newcombe-interval.ts";
export { type PermutationTestOptions, type PermutationTestResult, permutationTest } from "./tests/permutation-test.ts";
export type { PermutationOptions, PermutationPValue } from "./tests/permuted-splits.ts";
export type { Proportion } from "./tests/proportion.ts";
export type { BandwidthOptions } from "./tests/rbf-bandwidth.ts";
export type { RowMatrix } from "./tests/row-matrix.ts";
export { type TwoProportionOptions, type TwoProportionResult, twoProportionTest } from "./tests/two-proportion-test.ts";
export { type MeanTestOptions, type MeanTestResult, welchTest } from "./tests/welch-test.ts";
export type {
  CalibratedMetric,
  CalibratedSampleMetric,
  DistanceNull,
  DistanceNullOptions,
} from "./thresholds/calibration.ts";
export { distanceNull } from "./thresholds/distance-null.ts";
export { DistanceNulls, type DistanceNullsOptions } from "./thresholds/distance-nulls.ts";
export {
  type DistanceThresholdOptions,
  distancePValue,
  distanceThreshold,
  type DistanceWindowOptions,
} from "./thresholds/read-null.ts";
