/** The entry of a record, by a key that came from outside: "constructor" and its like are not entries. */
export function lookup<Value>(record: Readonly<Record<string, Value>>, key: string): Value | null {
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null;
}

/** Drops the oldest entries of a record that has outgrown its limit, a tenth at a time. */
export function bound(record: Record<string, unknown>, entriesMax: number): void {
  const keys = Object.keys(record);
  if (keys.length <= entriesMax) return;
  for (const key of keys.slice(0, Math.ceil(entriesMax / 10))) delete record[key];
}
