import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const FILES = {
  'page.css': 'text/css; charset=utf-8',
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
  return { urls: Object.fromEntries(urls) as Assets['urls'], byPath }; // one for each of FILES
}
