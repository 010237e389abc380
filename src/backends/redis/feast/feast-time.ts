import { Buffer } from "node:buffer";
import { SluiceError } from "../../../core/errors.ts";
import { fieldsOf, varintField } from "./protobuf.ts";

/** An instant as the message `google.protobuf.Timestamp`, to the microsecond. Errors: `features/invalid-input`. */
export function encodeTime(eventTimeMs: number): Buffer {
  const seconds = Math.floor(eventTimeMs / 1000);
  const nanos = Math.round((eventTimeMs - seconds * 1000) * 1000) * 1000;
  if (!(seconds >= earliest && seconds <= latest)) {
    throw new SluiceError("features/invalid-input", {
      found: `the event time ${eventTimeMs}`,
      expected: "epoch milliseconds of the years 1 to 9999",
      fix: "Pass instants as date.getTime() gives them for a valid date.",
    });
  }
  // Microseconds that round up to a whole second carry over; a part that is 0 is not written.
  const [whole, rest] = nanos === 1e9 ? [seconds + 1, 0] : [seconds, nanos];
  return Buffer.concat([
    whole === 0 ? nothing : varintField(1, BigInt(whole)),
    rest === 0 ? nothing : varintField(2, BigInt(rest)),
  ]);
}

/** The epoch milliseconds of a message; `undefined` for bytes that are none. */
export function decodeTime(message: Buffer): number | undefined {
  let [seconds, nanos] = [0n, 0n];
  const fields = fieldsOf(message);
  if (fields === undefined) return undefined;
  for (const { number, value } of fields) {
    if (typeof value !== "bigint") return undefined;
    if (number === 1) seconds = BigInt.asIntN(64, value);
    if (number === 2) nanos = value;
  }
  return (Number(seconds) * 1e6 + Number(nanos) / 1000) / 1000; // whole microseconds are exact until 2248
}

const nothing = Buffer.alloc(0);
/** The seconds of 0001-01-01 and of the last second of 9999: what the message may hold. */
const earliest = -62_135_596_800;
const latest = 253_402_300_799;
