import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { FleetSpec } from '../domain/spec.ts';
import type { Problems } from './config-problem.ts';
import type { Loading } from './loading.ts';
import { parseSpot } from './parse-spot.ts';
import { readSecret } from './read-secret.ts';
import { configSchema } from './schema.ts';
import { shownText } from './shown-text.ts';
import { type Spot, spotAt } from './spot.ts';

/** Anybody on this machine may try; a short one could be guessed. */
const API_TOKEN_MIN = 16;

const LISTEN =
  /^(?:\[(?<six>[0-9a-f:.]+)\]|(?<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)):(?<port>\d{1,5})$/i;

export const LISTEN_DEFAULT = { host: '127.0.0.1', port: 9464 };

/** "HOST:PORT", or `null` where it is none; port 0 lets the system choose. */
export function readListen(text: string): { readonly host: string; readonly port: number } | null {
  const { six, host, port } = LISTEN.exec(text)?.groups ?? {};
  const name = six ?? host;
  const isAddress =
    six === undefined ? !/^[\d.]+$/.test(host ?? '') || isIP(host ?? '') === 4 : isIP(six) === 6;
  return name !== undefined && isAddress && Number(port) <= 65_535
    ? { host: name, port: Number(port) }
    : null;
}

/** `server` of the config; `null` where its address is none, which is reported. */
export function resolveServer(spot: Spot, loading: Loading): FleetSpec['server'] | null {
  const { problems } = loading;
  if (spot.node === null) return { ...LISTEN_DEFAULT, apiToken: null };
  const parsed = parseSpot(configSchema.shape.server.unwrap(), spot, problems);
  if (parsed === null) return null;
  const address = readListen(parsed.listen);
  const apiToken =
    parsed.api_token === undefined ? null : readSecret(parsed.api_token, spotAt(spot, 'api_token'), loading);
  if (apiToken !== null && apiToken.reveal().length < API_TOKEN_MIN) {
    const mend = 'make one: openssl rand -hex 32';
    problems.error(spotAt(spot, 'api_token'), `the token has fewer than ${API_TOKEN_MIN} characters`, mend);
  }
  if (address !== null) return { ...address, apiToken };
  const listen = spotAt(spot, 'listen');
  problems.error(
    listen,
    `wanted HOST:PORT, found ${shownText(listen.node, parsed.listen)}`,
    'write 127.0.0.1:9464 or [::1]:9464',
  );
  return null;
}

/** `store:` with its path made absolute. */
export function resolveStore(spot: Spot, folder: string, problems: Problems): FleetSpec['store'] | null {
  const text = spot.node === null ? STORE_DEFAULT : parseSpot(configSchema.shape.store, spot, problems);
  if (text === null) return null;
  const path = storePath(text, folder);
  if (path !== null) return { kind: 'sqlite', path };
  if (/^postgres(?:ql)?:/.test(text)) {
    problems.error(spot, 'a PostgreSQL store is not supported by this version', `write ${STORE_DEFAULT}`);
  } else {
    problems.error(spot, 'wanted sqlite: and the path of a file', `write ${STORE_DEFAULT}`);
  }
  return null;
}

export const STORE_DEFAULT = 'sqlite:./data/purser.db';

/** The database file of `sqlite:PATH`, absolute; `null` for anything else. */
export function storePath(text: string, folder: string): string | null {
  const path = /^sqlite:(?!\/\/)([^:?#]+)$/.exec(text)?.[1];
  return path === undefined || path.endsWith('/') ? null : resolve(folder, path);
}
