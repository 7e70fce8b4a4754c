import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assert } from '../domain/assert.ts';
import type { Clock } from '../domain/ports.ts';
import { Secret } from '../domain/secret.ts';
import type { AccountSpec, FleetSpec } from '../domain/spec.ts';
import { demo } from '../sandbox/population.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';

/** The built-in imitation of `provider: sandbox`, and the spec whose accounts have its tokens. */
export type Embedded = {
  readonly sandbox: Sandbox;
  /** Gives accounts without credentials the sandbox's own. */
  readonly equip: (spec: FleetSpec) => FleetSpec;
  close(): Promise<void>;
};

/**
 * Starts the sandbox of `provider: sandbox`. With `keep` its world lives on in a file beside the database; without,
 * as for `plan`, it works on a copy that is thrown away.
 */
export async function startEmbedded(
  spec: FleetSpec,
  options: { readonly clock: Clock; readonly keep: boolean },
): Promise<Embedded> {
  assert(spec.provider.kind === 'sandbox', 'only provider: sandbox has an embedded sandbox');
  const home = `${spec.store.path}.sandbox.json`;
  const copy = options.keep ? null : copied(home);
  const sandbox = await startSandbox({
    seed: 'demo',
    accounts: demo([...spec.accounts.keys()]),
    speed: spec.provider.speed,
    clock: options.clock,
    statePath: copy ?? home,
  });
  const tokens = new Map(sandbox.accounts.map(({ name, token }) => [name, new Secret(token)]));
  const equipAccount = (account: AccountSpec): AccountSpec => {
    const token = tokens.get(account.name);
    if (account.credentials.kind !== 'sandbox' || token === undefined) return account;
    return { ...account, credentials: { kind: 'token', token, place: 'the built-in sandbox' } };
  };
  return {
    sandbox,
    equip: (given) => ({
      ...given,
      accounts: new Map(Array.from(given.accounts, ([name, account]) => [name, equipAccount(account)])),
    }),
    close: async () => {
      await sandbox.close();
      if (copy !== null) rmSync(dirname(copy), { recursive: true, force: true });
    },
  };
}

function copied(home: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'purser-sandbox-')), 'world.json');
  if (existsSync(home)) copyFileSync(home, path);
  return path;
}
