// Exported files and stored data, as the modules that read them check them.
import { VERSION } from "./parts.js";

export const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// An error in a file: the name of a string in transfer.js, and its values.
export class Fault extends Error {
  constructor(name, values) {
    super(name);
    this.values = values;
  }
}
// Checks the kind and version of an export.
export function expect(value, format, foreign) {
  if (!isRecord(value) || value.format !== format) throw new Fault(foreign);
  if (value.version !== VERSION) throw new Fault("version", { theirs: value.version, ours: VERSION });
}
