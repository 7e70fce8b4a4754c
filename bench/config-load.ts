import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadConfig } from '../src/config/load-config.ts';
import { TempHome } from '../test/chaos/temp-home.ts';
import { type Figure, thousands } from './figure.ts';
import { interleave, median, medianRatio } from './rounds.ts';

const FILES = 100;

/** Ten thousand accounts from a hundred included files, against the YAML parser alone on the same text. */
export async function benchConfigLoad(options: {
  rounds: number;
  accounts: number;
}): Promise<readonly Figure[]> {
  const { rounds, accounts } = options;
  using home = new TempHome('bench-config', () => false);
  const env: Record<string, string> = {};
  mkdirSync(home.file('accounts'));
  for (let file = 0; file < FILES; file += 1) {
    const lines = Array.from({ length: accounts / FILES }, (_, line) => {
      const index = file * (accounts / FILES) + line;
      env[`TOKEN_${index}`] = `${index}|bench_token_${index}`;
      return `- { name: agent-${index}, group: fleet-eu, token: { env: TOKEN_${index} } }`;
    });
    writeFileSync(
      home.file('accounts', `part-${String(file).padStart(3, '0')}.yaml`),
      `${lines.join('\n')}\n`,
    );
  }
  const path = home.file('purser.yaml');
  writeFileSync(path, CONFIG);
  const texts = readdirSync(home.file('accounts')).map((name) =>
    readFileSync(home.file('accounts', name), 'utf8'),
  );
  const purser = async (): Promise<number> =>
    timed(() => {
      const loaded = loadConfig({ path, env });
      if (!loaded.ok || loaded.spec.accounts.size !== accounts) throw new Error('the config was not loaded');
    });
  const yaml = async (): Promise<number> =>
    timed(() => {
      for (const text of texts) parse(text);
    });
  const result = await interleave(rounds, { purser, yaml });
  const purserMs = median(result.purser);
  return [
    {
      what: `config of ${thousands(accounts)} accounts loaded`,
      figure: `${Math.round(purserMs)} ms`,
      against: `${Math.round(median(result.yaml))} ms by yaml.parse alone`,
      ratio: medianRatio(result.purser, result.yaml),
      aim: '< 2,000 ms',
      isMet: purserMs < 2_000,
    },
  ];
}

function timed(work: () => void): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

const CONFIG = `version: 1
mode: enforce
provider: modelslab
defaults: { poll: 60s, policy: standard }
policies:
  standard:
    wallet: { min_balance: 20, top_up: { amount: 50 } }
    caps: { per_charge: 100, day: 200, month: 1500 }
    subscription: { when_past_due: fix_payment }
groups: { fleet-eu: { caps: { month: 1000000 } } }
accounts: { include: accounts/*.yaml }
`;
