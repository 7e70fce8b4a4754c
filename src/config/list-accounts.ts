import { z } from 'zod';
import { accountsSchema, includeSchema } from './accounts-schema.ts';
import type { ConfigSources } from './config-sources.ts';
import type { Loading } from './loading.ts';
import { openMapping, parseSpot } from './parse-spot.ts';
import { shownText } from './shown-text.ts';
import { childSpots, rootSpot, type Spot, spotAt } from './spot.ts';

const INCLUDED_FILES_MAX = 10_000;
const GLOB = /[*?[\]{}]/;
const includedFileSchema = z.strictObject({ accounts: accountsSchema });

/** The spot of every account, from the config itself and from the files that it includes, in order. */
export function listAccounts(spot: Spot, sources: ConfigSources, loading: Loading): Spot[] {
  if (spot.node?.kind === 'map') return includedAccounts(spot, sources, loading);
  if (spot.node?.kind !== 'list') {
    openMapping(accountsSchema, spot, loading.problems);
    return [];
  }
  return childSpots(spot).flatMap((entry) =>
    isInclude(entry) ? includedAccounts(entry, sources, loading) : [entry],
  );
}

function isInclude(entry: Spot): boolean {
  return entry.node?.kind === 'map' && entry.node.entries.has('include');
}

function includedAccounts(spot: Spot, sources: ConfigSources, loading: Loading): Spot[] {
  const parsed = parseSpot(includeSchema, spot, loading.problems);
  if (parsed === null) return [];
  const include = spotAt(spot, 'include');
  if (typeof parsed.include === 'string') return accountsOf(parsed.include, include, sources, loading);
  return parsed.include.flatMap((pattern, index) =>
    accountsOf(pattern, spotAt(include, index), sources, loading),
  );
}

function accountsOf(pattern: string, spot: Spot, sources: ConfigSources, loading: Loading): Spot[] {
  const paths = loading.disk.list(pattern, loading.folder);
  if (paths.length === 0) {
    const shown = shownText(spot.node, pattern);
    if (GLOB.test(pattern))
      loading.problems.warn(spot, `no file matches ${shown}`, 'check the pattern and the folder');
    else loading.problems.error(spot, `included file ${shown} does not exist`, 'check the path');
  }
  if (paths.length > INCLUDED_FILES_MAX) {
    loading.problems.error(
      spot,
      `more than ${INCLUDED_FILES_MAX} files match`,
      'put more accounts in each file',
    );
    return [];
  }
  return paths.flatMap((path) => accountsInFile(path, spot, sources, loading));
}

function accountsInFile(path: string, from: Spot, sources: ConfigSources, loading: Loading): Spot[] {
  const opened = sources.open(path, loading);
  if (opened.kind === 'failed') {
    loading.problems.error(from, `${shownText(from.node, path)}: ${opened.message}`, opened.mend);
    return [];
  }
  if (opened.root === null) return [];
  const root = rootSpot(opened.root);
  const isList = root.node?.kind === 'list';
  if (!isList && !openMapping(includedFileSchema, root, loading.problems)) return [];
  const list = isList ? { ...root, path: ['accounts'] } : spotAt(root, 'accounts');
  if (list.node?.kind !== 'list') {
    openMapping(accountsSchema, list, loading.problems);
    return [];
  }
  return childSpots(list).filter((entry) => {
    if (!isInclude(entry)) return true;
    loading.problems.error(
      entry,
      'an included file cannot include others',
      'include them from the config itself',
    );
    return false;
  });
}
