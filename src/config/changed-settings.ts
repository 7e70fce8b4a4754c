import type { ConfigNode } from './config-node.ts';
import { type ConfigPath, childSpots, formatPath, type Spot } from './spot.ts';

/**
 * What a config says, leaf by leaf: the path of a key and its value, as text, with the mark of the secret that it names.
 * Of an account, all that it says in one.
 */
export type Settings = ReadonlyMap<string, string>;

/** Values under these are shown; of the others, which may hold addresses and codes, only that they changed. */
const SHOWN = [
  /^(?:mode|quarantine|version)$/,
  /^(?:history|defaults|caps|groups)\./,
  /^policies\.[^.]+\.(?:caps|subscription)\./,
  /^policies\.[^.]+\.wallet\.(?!coupons)/,
];
const ACCOUNT = /^accounts\./;
const TOLD_MAX = 30;

export function settingsOf(
  root: Spot,
  accounts: ReadonlyMap<string, Spot>,
  secretMarks: ReadonlyMap<ConfigNode, string>,
): Settings {
  const settings = new Map<string, string>();
  for (const section of childSpots(root)) {
    if (section.path[0] === 'accounts') continue;
    for (const [path, text] of leaves(section, secretMarks)) settings.set(formatPath(path), text);
  }
  for (const [name, spot] of accounts) {
    const depth = spot.path.length;
    const words = leaves(spot, secretMarks).map(
      ([path, text]) => `${formatPath(path.slice(depth))}: ${text}`,
    );
    settings.set(`accounts.${name}`, words.join(', '));
  }
  return settings;
}

/**
 * "policies.standard.wallet.min_balance: 20 -> 30", in the order of the new config and then what it does not say any
 * more.
 */
export function changedSettings(before: Settings, after: Settings): readonly string[] {
  const told = [...new Set([...after.keys(), ...before.keys()])].flatMap((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === is) return [];
    if (ACCOUNT.test(path))
      return [was === undefined ? `${path}: added` : is === undefined ? `${path}: removed` : path];
    const isShown = SHOWN.some((shown) => shown.test(path));
    return [isShown ? `${path}: ${was ?? 'not set'} -> ${is ?? 'not set'}` : path];
  });
  const more = told.length - TOLD_MAX;
  return more > 0 ? [...told.slice(0, TOLD_MAX), `and ${more} more`] : told;
}

function leaves(
  spot: Spot,
  marks: ReadonlyMap<ConfigNode, string>,
): readonly (readonly [ConfigPath, string])[] {
  const below = childSpots(spot);
  if (below.length > 0) return below.flatMap((child) => leaves(child, marks));
  return spot.node === null ? [] : [[spot.path, `${textOf(spot.node)}${marks.get(spot.node) ?? ''}`]];
}

function textOf(node: ConfigNode): string {
  if (node.kind !== 'scalar') return 'empty';
  return node.isInterpolated ? 'from the environment' : node.text;
}
