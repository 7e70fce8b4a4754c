import type { Endpoint } from '../contract/endpoints.ts';
import { assert } from '../domain/assert.ts';
import { PurserError } from '../domain/purser-error.ts';

export type Query = Readonly<Record<string, string | number | undefined>>;

/** The base URL without a trailing slash. Throws a `PurserError` where it is not plain http(s) with a path. */
export function parseBaseUrl(text: string): string {
  const url = URL.parse(text);
  const isPlain =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username + url.password + url.search + url.hash === '';
  if (!isPlain) {
    throw new PurserError({
      code: 'bad_base_url',
      message: 'the base URL is not an http or https URL without user, query and fragment',
      mend: 'Write it as https://modelslab.com/api/agents/v1.',
    });
  }
  return url.href.replace(/\/+$/, '');
}

/**
 * The URL of one call. Always under the base URL: the path comes from the endpoint table, and an id is encoded and
 * may not be a dot segment, so that no id can point the token at another path or host.
 */
export function requestUrl(options: {
  readonly baseUrl: string;
  readonly endpoint: Endpoint;
  readonly pathId: string | undefined;
  readonly query: Query | undefined;
}): string {
  const { baseUrl, endpoint, pathId, query } = options;
  const wantsId = endpoint.path.includes('{id}');
  assert(
    wantsId === (pathId !== undefined),
    `${endpoint.method} ${endpoint.path}: path id missing or not wanted`,
  );
  const path = pathId === undefined ? endpoint.path : endpoint.path.replace('{id}', encodeId(pathId));
  if (query === undefined) return baseUrl + path;
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  );
  return `${baseUrl}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

/** Whether an id can stand in a path. */
export function isPathId(id: string): boolean {
  return /^[\x21-\x7e]{1,255}$/.test(id) && !/^\.+$/.test(id);
}

function encodeId(id: string): string {
  if (!isPathId(id)) {
    throw new PurserError({
      code: 'bad_path_id',
      message:
        'an id for the provider is empty, longer than 255, a dot segment, or holds unprintable characters',
      mend: 'Copy the id as the provider shows it (pm_…, pi_…, or a number).',
    });
  }
  // Encodes "$" too, which `replace` would read as a pattern.
  return encodeURIComponent(id);
}
