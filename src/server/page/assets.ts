import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Html } from './html.ts';

const FILES = {
  'live.js': 'text/javascript; charset=utf-8',
  'favicon.svg': 'image/svg+xml',
} as const;
type AssetName = keyof typeof FILES;

export type Asset = { readonly type: string; readonly bytes: Buffer };

/** The files beside this one that pages link to. A URL carries the digest of its content, so that it may be kept for ever. */
export type Assets = {
  readonly urls: Readonly<Record<AssetName, string>>;
  /** By the path of the URL. */
  readonly byPath: ReadonlyMap<string, Asset>;
  /** The style sheet stands in the page: nothing is painted before it is there. */
  readonly style: Html;
  /** What allows that one style sheet, for a content security policy. */
  readonly styleSource: string;
};

export function loadAssets(): Assets {
  const urls: [string, string][] = [];
  const byPath = new Map<string, Asset>();
  for (const [name, type] of Object.entries(FILES)) {
    const bytes = readFileSync(new URL(name, import.meta.url));
    const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    const path = `/assets/${digest}/${name}`;
    urls.push([name, path]);
    byPath.set(path, { type, bytes });
  }
  const sheet = readFileSync(new URL('page.css', import.meta.url), 'utf8');
  return {
    urls: Object.fromEntries(urls) as Assets['urls'], // one for each of FILES
    byPath,
    style: new Html(`<style>${sheet}</style>`),
    styleSource: `'sha256-${createHash('sha256').update(sheet).digest('base64')}'`,
  };
}
