import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { AccountName } from '../domain/ids.ts';
import { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/time.ts';
import type { StoredToken, TokenVault } from '../domain/token-vault.ts';

const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;
const BYTES_MAX = 16_384;

/**
 * Tokens in a folder beside the database, a file each, for the owner alone. A file is written beside its place, synced
 * and renamed into it, so that there is always the old one or the new one, whole.
 */
export class TokenFiles implements TokenVault {
  readonly #folder: string;

  constructor(databasePath: string) {
    this.#folder = `${databasePath}.tokens`;
  }

  read(account: AccountName): StoredToken | null {
    const path = this.#pathOf(account);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return null; // none, or none that may be read: a login makes another
    }
    return parseStored(text.slice(0, BYTES_MAX));
  }

  write(account: AccountName, stored: StoredToken): void {
    mkdirSync(this.#folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
    chmodSync(this.#folder, OWNER_ONLY_FOLDER); // it may have been there before, with another mode
    const path = this.#pathOf(account);
    const { email, token, expiresAt, issuedAt } = stored;
    const text = `${JSON.stringify({ account, email, token: token.reveal(), expiresAt, issuedAt })}\n`;
    writeSynced(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    syncFolder(this.#folder);
  }

  forget(account: AccountName): void {
    rmSync(this.#pathOf(account), { force: true });
  }

  /** A name of ours, whatever the alias is made of. */
  #pathOf(account: AccountName): string {
    const name = createHash('sha256').update(account).digest('hex').slice(0, 32);
    return join(this.#folder, `${name}.json`);
  }
}

function writeSynced(path: string, text: string): void {
  rmSync(path, { force: true }); // a leftover of a crash may have another mode
  const file = openSync(path, 'wx', OWNER_ONLY_FILE);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The rename itself is durable only when its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** `null` for whatever is not a whole record of ours. */
function parseStored(text: string): StoredToken | null {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return null; // torn or foreign: a login makes another
  }
  if (typeof found !== 'object' || found === null) return null;
  const { email, token, expiresAt, issuedAt } = found as Readonly<Record<string, unknown>>; // any object is one
  const isToken = typeof token === 'string' && /^[\x21-\x7e]{1,4096}$/.test(token);
  const isExpiry = expiresAt === null || Number.isFinite(expiresAt);
  if (typeof email !== 'string' || !isToken || !isExpiry || !Number.isFinite(issuedAt)) return null;
  return {
    email,
    token: new Secret(token),
    expiresAt: expiresAt === null ? null : (expiresAt as EpochMs), // a number, see above
    issuedAt: issuedAt as EpochMs, // likewise
  };
}
