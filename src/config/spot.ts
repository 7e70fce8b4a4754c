import type { ConfigNode } from './config-node.ts';
import type { Span } from './source-file.ts';

export type ConfigPath = readonly (string | number)[];

/** A point of the config: its path, what stands there, and the text to underline when it is wrong. */
export type Spot = {
  readonly path: ConfigPath;
  /** `null` where the key is absent; the anchor is then that of the nearest parent that is there. */
  readonly node: ConfigNode | null;
  readonly anchor: Span;
  readonly parent: Spot | null;
};

/** "policies.prod.wallet", "accounts[3].name". */
export function formatPath(path: ConfigPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** The key that a value, or an item of a list, stands under. */
export function holderOf({ path }: Pick<Spot, 'path'>): string | null {
  return path.findLast((step) => typeof step === 'string') ?? null;
}

export function rootSpot(node: ConfigNode): Spot {
  return { path: [], node, anchor: ownAnchor(node), parent: null };
}

/** The spot below by keys and list positions; absent ones keep their path and the parent's anchor. */
export function spotAt(spot: Spot, ...steps: ConfigPath): Spot {
  let here = spot;
  for (const step of steps) here = child(here, step);
  return here;
}

/** The spot that underlines a key itself, for problems with the key and not with its value. */
export function keySpot(spot: Spot, key: string): Spot {
  const entry = spot.node?.kind === 'map' ? spot.node.entries.get(key) : undefined;
  return entry === undefined ? spot : { ...spot, anchor: entry.keySpan };
}

/** Children of a list or a mapping, in order; none where the spot is neither. */
export function childSpots(spot: Spot): Spot[] {
  if (spot.node?.kind === 'list') return spot.node.items.map((_, index) => child(spot, index));
  if (spot.node?.kind === 'map') return Array.from(spot.node.entries.keys(), (key) => child(spot, key));
  return [];
}

function child(parent: Spot, step: string | number): Spot {
  const path = [...parent.path, step];
  if (typeof step === 'number') {
    const item = parent.node?.kind === 'list' ? parent.node.items[step] : undefined;
    if (item !== undefined) return { path, node: item, anchor: ownAnchor(item), parent };
  } else {
    const entry = parent.node?.kind === 'map' ? parent.node.entries.get(step) : undefined;
    if (entry !== undefined)
      return { path, node: entry.node, anchor: valueAnchor(entry.node, entry.keySpan), parent };
  }
  return { path, node: null, anchor: parent.anchor, parent };
}

/** A value on one line is underlined itself; a block of lines, or nothing at all, by its key. */
function valueAnchor(node: ConfigNode, keySpan: Span): Span {
  const { source, start, end } = node.span;
  if (source !== keySpan.source || end <= start) return keySpan;
  if (node.kind === 'scalar') return node.span;
  return source.text.slice(start, end).includes('\n') ? keySpan : node.span;
}

function ownAnchor(node: ConfigNode): Span {
  if (node.kind === 'map') {
    for (const entry of node.entries.values()) return entry.keySpan;
  }
  return node.span;
}
