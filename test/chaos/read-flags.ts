import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** `--name 12` for every default given; anything else is refused. A `seed` of 0 draws one. */
export function readFlags<Flags extends Readonly<Record<string, number>>>(defaults: Flags): Flags {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      { type: 'string' as const, default: String(value) },
    ]),
  );
  const { values } = parseArgs({ options });
  const numbers = Object.entries(values).map(([name, text]) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} wants a number, found ${text}`);
    return [name, name === 'seed' && value === 0 ? randomInt(1, 2 ** 31) : value] as const;
  });
  return Object.fromEntries(numbers) as Flags; // the same names as the defaults, each with a number
}
