import { SluiceError } from "../../core/errors.ts";
import type { MetricPoint } from "./run-record.ts";

const pointBytes = 24;

/** Points as bytes, 24 each: step, time and value as little-endian doubles, so that NaN, −0 and infinities stay what they are. */
export function encodePoints(points: readonly MetricPoint[]): Uint8Array {
  const bytes = new Uint8Array(points.length * pointBytes);
  const view = new DataView(bytes.buffer);
  points.forEach(({ step, timeMs, value }, i) => {
    view.setFloat64(i * pointBytes, step, true);
    view.setFloat64(i * pointBytes + 8, timeMs, true);
    view.setFloat64(i * pointBytes + 16, value, true);
  });
  return bytes;
}

/** The points of {@link encodePoints}. Throws `metadata/corrupt` when the bytes are none. */
export function decodePoints(bytes: Uint8Array): MetricPoint[] {
  if (bytes.length % pointBytes !== 0) {
    throw new SluiceError("metadata/corrupt", {
      found: `${bytes.length} bytes of metric points`,
      expected: `a multiple of ${pointBytes}`,
      fix: "Restore the metadata store from a backup.",
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const points: MetricPoint[] = [];
  for (let at = 0; at < bytes.length; at += pointBytes) {
    points.push({
      step: view.getFloat64(at, true),
      timeMs: view.getFloat64(at + 8, true),
      value: view.getFloat64(at + 16, true),
    });
  }
  return points;
}
