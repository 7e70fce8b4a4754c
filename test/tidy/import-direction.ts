import { posix } from 'node:path';
import type { Import, Source } from './source.ts';

/**
 * The house: who may import whom; arrows point only downwards. A row not listed is a folder nobody has agreed on.
 * `types:` allows type-only imports; an entry that ends in `.ts` allows that one file.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  domain: ['contract'],
  policy: ['contract', 'domain'],
  charge: ['contract', 'domain'],
  config: ['contract', 'domain'],
  net: ['domain'],
  modelslab: ['contract', 'domain', 'net'],
  alerts: ['contract', 'domain', 'net'],
  telemetry: ['contract', 'domain'],
  store: ['contract', 'domain', 'charge', 'types:alerts'],
  keeper: ['contract', 'domain', 'policy', 'charge', 'config', 'modelslab', 'alerts', 'telemetry', 'store'],
  server: ['domain', 'telemetry', 'keeper/view.ts'],
  'sandbox/provider': ['contract', 'domain'],
  sandbox: ['contract', 'domain', 'sandbox/provider'],
  cli: [
    'contract',
    'domain',
    'policy',
    'charge',
    'config',
    'modelslab',
    'alerts',
    'telemetry',
    'store',
    'keeper',
    'server',
    'sandbox',
    'sandbox/provider',
  ],
};

/** Rows that must stay pure: they import no package and nothing of Node's. */
export const PURE_ROWS: readonly string[] = ['contract', 'domain', 'policy', 'charge', 'sandbox/provider'];

/** Every import in `src` that does not point downwards. */
export function importDirection(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ path }) => path.startsWith('src/') && path !== 'src/main.ts')
    .flatMap((source) => {
      const row = rowOf(source.path);
      const allowed = MAY_IMPORT[row];
      if (allowed === undefined) return [`${source.path} is in no row of the house`];
      return source.imports.flatMap((it) => {
        const fault = faultOf(row, allowed, it);
        return fault === null ? [] : [`${source.path}:${it.line} ${fault}`];
      });
    });
}

/** `src/keeper/observe.ts` is in row `keeper`; everything under `src/sandbox/provider` is a row of its own. */
export function rowOf(path: string): string {
  if (path.startsWith('src/sandbox/provider/')) return 'sandbox/provider';
  return path.split('/')[1] ?? '';
}

function faultOf(row: string, allowed: readonly string[], it: Import): string | null {
  if (it.specifier === null) return 'imports a computed path, which nobody can check';
  if (it.target === null) {
    return PURE_ROWS.includes(row) ? `is pure and imports ${it.specifier}` : null;
  }
  if (!it.target.startsWith('src/')) return `imports ${it.target}, outside src`;
  const target = rowOf(it.target);
  if (target === row || allowed.includes(target)) return null;
  if (it.isTypeOnly && allowed.includes(`types:${target}`)) return null;
  if (allowed.includes(posix.relative('src', it.target))) return null;
  return `${row} may not import ${it.target}`;
}
