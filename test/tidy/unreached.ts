import type { Source } from './source.ts';

const ENTRY = 'src/main.ts';

/** Files of `src` that no chain of imports from `src/main.ts` reaches; none as long as there is no `src/main.ts`. */
export function unreachedFiles(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  if (!byPath.has(ENTRY)) return [];
  const reached = new Set<string>();
  const open = [ENTRY];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { target } of byPath.get(path)?.imports ?? []) {
      if (target !== null && byPath.has(target)) open.push(target);
    }
  }
  return sources
    .filter(({ path }) => path.startsWith('src/') && !reached.has(path))
    .map(({ path }) => `${path} is not reached from ${ENTRY}`);
}
