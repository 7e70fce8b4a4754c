import type { Span } from './source-file.ts';

/** Config text as a tree that remembers where every key and value stands. Made by `parse-source.ts`. */
export type ConfigNode = ScalarNode | MapNode | ListNode;

export type ScalarNode = {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, after interpolation and without quotes: what money is read from. */
  readonly text: string;
  readonly isQuoted: boolean;
  /** True where `${…}` was replaced: its value may be anything from the environment and is never shown. */
  readonly isInterpolated: boolean;
  /** A variable in it is unset, which has been reported: nothing more is said about it. */
  readonly isBroken: boolean;
  readonly span: Span;
};

export type MapNode = {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, { readonly keySpan: Span; readonly node: ConfigNode }>;
  readonly span: Span;
};

export type ListNode = { readonly kind: 'list'; readonly items: readonly ConfigNode[]; readonly span: Span };

/** The bare value, for zod. */
export function plainValue(node: ConfigNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainValue);
    case 'map': {
      const plain: Record<string, unknown> = {};
      for (const [key, entry] of node.entries) {
        // Setting "__proto__" would set the prototype, and the key would pass unseen.
        if (key === '__proto__') Object.defineProperty(plain, key, { value: null, enumerable: true });
        else plain[key] = plainValue(entry.node);
      }
      return plain;
    }
  }
}
