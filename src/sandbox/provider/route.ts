import { ENDPOINTS, type EndpointName } from '../../contract/endpoints.ts';

export type Route = { readonly name: EndpointName; readonly id: string };

/** Method and path with `{id}` in place of what varies -> name. Literal paths win over `{id}`. */
const NAMES: ReadonlyMap<string, EndpointName> = new Map(
  // Object.keys knows the keys as text only; the table's own type is their union.
  (Object.keys(ENDPOINTS) as EndpointName[]).map((name) => [
    `${ENDPOINTS[name].method} ${ENDPOINTS[name].path}`,
    name,
  ]),
);

/** The endpoint of a request; `null` is the provider's bare 404. */
export function findRoute(method: string, path: string): Route | null {
  const literal = NAMES.get(`${method} ${path}`);
  if (literal !== undefined && !path.includes('{')) return { name: literal, id: '' };
  const parts = path.split('/');
  const id = parts[parts[1] === 'billing' ? 3 : 2];
  if (id === undefined || id === '') return null;
  parts[parts[1] === 'billing' ? 3 : 2] = '{id}';
  const name = NAMES.get(`${method} ${parts.join('/')}`);
  return name === undefined ? null : { name, id };
}
