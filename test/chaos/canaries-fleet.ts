import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxLine } from './sandbox-process.ts';
import { writeConfig } from './write-config.ts';

/** Where the secrets lie by design; the byte scan leaves these out. */
export const TOKEN_FOLDER = 'purser.db.tokens';
export const SECRET_PLACES = ['secrets', 'world.json', 'world.json.tmp', TOKEN_FOLDER];
const CAPS = { per_charge: 200, day: 100_000, charges_per_day: 1_000 };

export type Receivers = {
  readonly hookUrl: string;
  readonly hookSecret: string;
  readonly slackUrl: string;
};

/** Half of the accounts prove themselves by a token from a file, half by e-mail and password. */
export function writeCanaryConfig(
  folder: string,
  sandbox: SandboxLine,
  { hookUrl, hookSecret, slackUrl }: Receivers,
): string {
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets, { recursive: true });
  const keep = (name: string, value: string) => {
    const file = join(secrets, name);
    writeFileSync(file, `${value}\n`, { mode: 0o600 });
    return { file };
  };
  return writeConfig(folder, sandbox, {
    poll: '2s',
    quarantine: '0s',
    policies: { only: { minBalance: 50, topUp: { amount: 50 }, caps: CAPS } },
    policyOf: () => 'only',
    credentialsOf: ({ name, email, password, token }, index) =>
      index % 2 === 0
        ? { token: keep(`${name}.token`, token) }
        : { email, password: keep(`${name}.password`, password) },
    alerts: {
      receivers: {
        hook: { webhook: { url: hookUrl, secret: keep('hook', hookSecret), allow_private: true } },
        slack: { slack: { webhook_url: keep('slack', slackUrl) }, pay_links: true },
      },
      routes: [{ to: ['hook', 'slack'] }],
    },
  });
}
