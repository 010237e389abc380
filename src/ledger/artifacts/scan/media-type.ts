import { isPickle } from "./pickle.ts";
import { isTar } from "./tar-entries.ts";

const magics: readonly { readonly mediaType: string; readonly at: number; readonly bytes: readonly number[] }[] = [
  { mediaType: "application/zip", at: 0, bytes: [0x50, 0x4b, 0x03, 0x04] },
  { mediaType: "application/zip", at: 0, bytes: [0x50, 0x4b, 0x05, 0x06] },
  { mediaType: "application/gzip", at: 0, bytes: [0x1f, 0x8b] },
  { mediaType: "application/x-hdf5", at: 0, bytes: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] },
  { mediaType: "application/x-npy", at: 0, bytes: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] },
  { mediaType: "application/vnd.apache.parquet", at: 0, bytes: [0x50, 0x41, 0x52, 0x31] },
  { mediaType: "application/vnd.apache.arrow.file", at: 0, bytes: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31] },
  { mediaType: "application/x-tflite", at: 4, bytes: [0x54, 0x46, 0x4c, 0x33] },
  { mediaType: "image/png", at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { mediaType: "image/jpeg", at: 0, bytes: [0xff, 0xd8, 0xff] },
  { mediaType: "application/pdf", at: 0, bytes: [0x25, 0x50, 0x44, 0x46] },
];

/** How much of a file tells its type. */
const headBytes = 4096;

/** The media type that a file's bytes show. Its name is not asked: it is what an attacker writes first. */
export function mediaTypeOf(bytes: Uint8Array): string {
  const known = magics.find(({ at, bytes: magic }) => magic.every((byte, i) => bytes[at + i] === byte));
  if (known !== undefined) return known.mediaType;
  if (isTar(bytes)) return "application/x-tar";
  if (isSafetensors(bytes)) return "application/x-safetensors";
  if (isPickle(bytes)) return "application/x-python-pickle";
  if (isOnnx(bytes)) return "application/onnx";
  return textType(bytes) ?? "application/octet-stream";
}

/** Eight bytes of length, and a JSON object. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 9 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0;
}

/** ModelProto begins with its `ir_version` (field 1), as every writer orders it; then a producer or an operator set. */
function isOnnx(bytes: Uint8Array): boolean {
  const [tag, version, next] = bytes;
  return tag === 0x08 && version !== undefined && version < 0x20 && (next === 0x12 || next === 0x3a || next === 0x42);
}

function textType(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return "text/plain";
  const head = bytes.subarray(0, headBytes);
  if (head.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)) return undefined;
  try {
    // A character that the head cuts is no fault of the text.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: bytes.length > headBytes });
    return /^\s*[[{]/.test(text) ? "application/json" : "text/plain";
  } catch {
    return undefined;
  }
}
