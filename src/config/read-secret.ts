import { createHash } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { Secret } from '../domain/secret.ts';
import type { SecretPlace } from '../domain/spec.ts';
import type { DiskFailure } from './config-disk.ts';
import type { Loading } from './loading.ts';
import { decodeUtf8 } from './read-source.ts';
import { shownText } from './shown-text.ts';
import { type Spot, spotAt } from './spot.ts';

const SECRET_BYTES_MAX = 64 * 1024;
/** Container runtimes mount secrets here, readable by everyone inside; nobody else is inside. */
const MOUNTED_SECRETS = /^(?:\/var)?\/run\/secrets\//;

const FAILURES: Readonly<Record<DiskFailure, string>> = {
  missing: 'does not exist',
  directory: 'is a folder',
  denied: 'may not be read by purser',
  too_large: 'is larger than 64 KiB',
  unreadable: 'cannot be read',
};

type SecretSource = { readonly file?: string | undefined; readonly env?: string | undefined };

/** Where `{ file }` or `{ env }` has its secret, in words that are safe to print. */
export function secretPlace(source: SecretSource, spot: Spot, { folder }: Loading): SecretPlace {
  const [kind, shown] =
    source.file === undefined
      ? ['environment variable', shownVariable(source.env ?? '', spotAt(spot, 'env'))]
      : ['file', shownFile(pathOf(source.file, folder), spotAt(spot, 'file'))];
  return shown === UNSHOWN ? `the ${kind} that the config names` : `the ${kind} ${shown}`;
}

/** Fetches the secret that `{ file }` or `{ env }` names; `null` after reporting why it is not to be had. */
export function readSecret(source: SecretSource, spot: Spot, loading: Loading): Secret | null {
  if ((source.file === undefined) === (source.env === undefined)) {
    loading.problems.error(spot, 'wanted exactly one of file and env', 'write { file: … } or { env: … }');
    return null;
  }
  const text =
    source.file === undefined
      ? fromVariable(source.env ?? '', spot, loading)
      : fromFile(source.file, spot, loading);
  return text === null ? null : new Secret(text);
}

function fromVariable(name: string, spot: Spot, { env, problems }: Loading): string | null {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  const here = spotAt(spot, 'env');
  const shown = shownVariable(name, here);
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    problems.error(here, 'env wants the name of an environment variable', 'write { env: RENDER_EU_TOKEN }');
    return null;
  }
  if (value === undefined) {
    problems.error(here, `environment variable ${shown} is not set`, 'set it where purser starts');
    return null;
  }
  const text = withoutLastBreak(value);
  if (text !== '') return text;
  problems.error(here, `environment variable ${shown} is empty`, 'put the secret in it');
  return null;
}

function fromFile(file: string, spot: Spot, { disk, folder, problems, secretMarks }: Loading): string | null {
  const path = pathOf(file, folder);
  const here = spotAt(spot, 'file');
  const shown = shownFile(path, here);
  const answer = disk.read(path, SECRET_BYTES_MAX);
  if (answer.kind === 'failed') {
    problems.error(
      here,
      `secret file ${shown} ${FAILURES[answer.reason]}`,
      'put the secret there, or mend the path',
    );
    return null;
  }
  if (answer.isWorldReadable && !MOUNTED_SECRETS.test(path)) {
    problems.warn(here, `secret file ${shown} is readable by everyone on this machine`, `chmod 600 ${shown}`);
  }
  if (here.node !== null) secretMarks.set(here.node, createHash('sha256').update(answer.bytes).digest('hex'));
  const decoded = decodeUtf8(answer.bytes);
  const text = decoded === null ? null : withoutLastBreak(decoded);
  if (text === null)
    problems.error(here, `secret file ${shown} is not UTF-8 text`, 'write the bare secret in it');
  if (text !== '') return text;
  problems.error(here, `secret file ${shown} is empty`, 'put the secret in it');
  return null;
}

/** What `shownText` says where it shows nothing. */
const UNSHOWN = 'named here';

/** Not in capitals it may be the secret itself. */
function shownVariable(name: string, { node }: Spot): string {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) ? shownText(node, name).replaceAll('"', '') : UNSHOWN;
}

function shownFile(path: string, { node }: Spot): string {
  return shownText(node, path).replaceAll('"', '');
}

function pathOf(file: string, folder: string): string {
  return isAbsolute(file) ? file : resolve(folder, file);
}

/** Editors and `echo` end files with line breaks; no token or password does. */
function withoutLastBreak(text: string): string {
  return text.replace(/[\r\n]+$/, '');
}
