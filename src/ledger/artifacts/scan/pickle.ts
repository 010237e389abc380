/** File names that are read as pickles, whatever is in them; PyTorch's are zip archives with a pickle inside, or pickles. */
const pickleName = /\.(?:pkl|pickle|dill|joblib|cloudpickle)$/i;

/** What old protocols begin with when they import something: `c`, a module, a line feed, a name. */
const textPickle = /^\(*(?:[dl]p\d+\n)?c[A-Za-z_][\w.]*\n[A-Za-z_]\w*\n/;

/** Whether bytes are a Python pickle: a protocol mark (2 and later), or text that imports a name (0 and 1). */
export function isPickle(bytes: Uint8Array): boolean {
  const [first, protocol] = bytes;
  if (first === 0x80 && protocol !== undefined && protocol >= 2 && protocol <= 8) return true;
  return textPickle.test(latin(bytes.subarray(0, 256)));
}

/** Whether a file is named as what is unpickled when it is read. */
export function hasPickleName(path: string): boolean {
  return pickleName.test(path);
}

/** Whether the header of a NumPy file says that its elements are Python objects: pickled, that is. */
export function isObjectArray(bytes: Uint8Array): boolean {
  const header = latin(bytes.subarray(0, 4096));
  return header.startsWith("\u0093NUMPY") && /'descr':[^,}]*[|<>=]?'?O|\bobject\b/.test(header);
}

/** Bytes as text, one character each. */
export function latin(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
