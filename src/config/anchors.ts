import type { ConfigNode } from './config-node.ts';

/** Deeper than any config; every walk of the tree may recurse. */
export const DEPTH_MAX = 64;
/** How many nodes aliases may bring in together: a few nested anchors can stand for billions. */
const ALIASED_NODES_MAX = 1_000_000;

export type ResolvedAlias =
  | { readonly kind: 'found'; readonly node: ConfigNode; readonly weight: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'too_deep' }
  /** `isFirst` is true once, so that a bomb makes one problem and not a million. */
  | { readonly kind: 'too_much'; readonly isFirst: boolean };

/** The anchors of one file. Only complete nodes get in: an alias inside its own anchor finds nothing, so no tree loops. */
export class Anchors {
  readonly #targets = new Map<string, { node: ConfigNode; weight: number; height: number }>();
  readonly #heights = new WeakMap<ConfigNode, number>();
  #aliasedWeight = 0;

  /** `weight` counts the nodes of the subtree, those behind aliases included. */
  add(name: string, node: ConfigNode, weight: number): void {
    this.#targets.set(name, { node, weight, height: this.#height(node) });
  }

  resolve(name: string, depth: number): ResolvedAlias {
    const target = this.#targets.get(name);
    if (target === undefined) return { kind: 'unknown' };
    if (depth + target.height > DEPTH_MAX) return { kind: 'too_deep' };
    const isFirst = this.#aliasedWeight <= ALIASED_NODES_MAX;
    this.#aliasedWeight += target.weight;
    if (this.#aliasedWeight > ALIASED_NODES_MAX) return { kind: 'too_much', isFirst };
    return { kind: 'found', node: target.node, weight: target.weight };
  }

  /** Levels below a node. Each node is measured once, however many aliases lead to it. */
  #height(node: ConfigNode): number {
    if (node.kind === 'scalar') return 0;
    const known = this.#heights.get(node);
    if (known !== undefined) return known;
    let height = 1;
    const below = node.kind === 'list' ? node.items : node.entries.values().map((entry) => entry.node);
    for (const child of below) height = Math.max(height, 1 + this.#height(child));
    this.#heights.set(node, height);
    return height;
  }
}
