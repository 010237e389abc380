import { medianOf } from "./median.ts";

/** How many robust standard deviations make a spike: far beyond calm noise, since the spread of few residuals comes out too small. */
const spikeAt = 10;

/**
 * A series of whole seasons with its spikes replaced: what deviates from the median of its cycle plus the median of its place in the season
 * by far more than the rest does becomes just that. Medians do not move for a spike, so one in the first cycle is found as well.
 */
export function cleanSeason(series: Float64Array, period: number): Float64Array {
  const cycles = series.length / period;
  const levels = Array.from({ length: cycles }, (_, cycle) =>
    medianOf(series.subarray(cycle * period, (cycle + 1) * period)),
  );
  const places = Array.from({ length: period }, (_, place) =>
    medianOf(Float64Array.from(levels, (level, cycle) => (series[cycle * period + place] as number) - level)),
  );
  const typical = series.map((_, t) => (levels[Math.floor(t / period)] as number) + (places[t % period] as number));
  const deviations = series.map((value, t) => Math.abs(value - (typical[t] as number)));
  const limit = spikeAt * 1.4826 * medianOf(deviations);
  return series.map((value, t) => ((deviations[t] as number) > limit ? (typical[t] as number) : value));
}
