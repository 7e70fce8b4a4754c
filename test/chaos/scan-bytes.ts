import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type Canary = { readonly name: string; readonly value: string };
type Form = { readonly name: string; readonly spelling: string; readonly bytes: Buffer };

const AROUND = 60;

/** Where any spelling of a canary stands in these files, with the bytes around it. */
export function findCanaries(paths: readonly string[], canaries: readonly Canary[]): readonly string[] {
  const forms = canaries.flatMap(formsOf);
  return paths.flatMap((path) => {
    const content = readFileSync(path);
    return forms.flatMap(({ name, spelling, bytes }) => {
      const at = content.indexOf(bytes);
      if (at === -1) return [];
      const around = content
        .subarray(Math.max(0, at - AROUND), at + bytes.length + AROUND)
        .toString('latin1');
      return [`${path}: ${name} as ${spelling}: …${around.replace(/[^\x20-\x7e]+/g, '·')}…`];
    });
  });
}

/** Every file below a folder, except the folders and files that hold the secrets by design. */
export function filesBelow(folder: string, except: readonly string[]): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    if (except.includes(name)) return [];
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path, except) : [path];
  });
}

function formsOf({ name, value }: Canary): readonly Form[] {
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  const spellings = {
    itself: value,
    JSON: JSON.stringify(value).slice(1, -1),
    'a URL part': encodeURIComponent(value),
    // The last digits of base64 depend on what follows.
    base64: base64.slice(0, -2),
    base64url: base64.slice(0, -2).replaceAll('+', '-').replaceAll('/', '_'),
    hex: Buffer.from(value).toString('hex'),
    // Card numbers as people write them; nothing else is touched.
    'a spaced number': value.replace(/^(\d{4})(\d{4})(\d{4})(\d{4})$/, '$1 $2 $3 $4'),
    'a dashed number': value.replace(/^(\d{4})(\d{4})(\d{4})(\d{4})$/, '$1-$2-$3-$4'),
  };
  // Spellings that come out the same are one, under its first name.
  const distinct = new Map(
    Object.entries(spellings)
      .toReversed()
      .map(([spelling, text]) => [text, spelling]),
  );
  return Array.from(distinct, ([text, spelling]) => ({ name, spelling, bytes: Buffer.from(text) }));
}
