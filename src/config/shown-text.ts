import type { ConfigNode } from './config-node.ts';
import { looksSecret } from './hide-secrets.ts';
import { OPEN_KEYS } from './open-keys.ts';
import { holderOf, type Spot } from './spot.ts';

const SHOWN_CHARACTERS_MAX = 200;

/**
 * Text of the config for a message: as written where a variable is in it (its value may be anything from the
 * environment), and not at all where it looks like a secret that went astray.
 */
export function shownText(node: ConfigNode | null, text: string): string {
  const { isInterpolated, span } = node?.kind === 'scalar' ? node : { isInterpolated: false, span: null };
  const written = isInterpolated && span !== null ? span.source.text.slice(span.start, span.end) : text;
  if (looksSecret(written) || written.length > SHOWN_CHARACTERS_MAX) return 'named here';
  return JSON.stringify(written);
}

/** What stands at a spot, in words that are safe to print. */
export function describeFound(spot: Spot, node: ConfigNode): string {
  if (node.kind === 'map') return node.entries.size === 0 ? 'an empty mapping' : 'a mapping';
  if (node.kind === 'list') return node.items.length === 0 ? 'an empty list' : 'a list';
  if (node.isInterpolated) return 'what the variable holds';
  if (node.value === null) return 'nothing';
  if (typeof node.value !== 'string') return looksSecret(node.text) ? 'a number' : node.text;
  const holder = holderOf(spot);
  const isOpen = holder !== null && OPEN_KEYS.has(holder);
  if (!isOpen || node.text.length > 40 || looksSecret(node.text)) return 'other text';
  return JSON.stringify(node.text);
}
