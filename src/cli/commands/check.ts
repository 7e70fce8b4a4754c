import type { LoadedConfig } from '../../config/load-config.ts';
import type { AccountName } from '../../domain/ids.ts';
import { equationHolds } from '../../domain/ledger.ts';
import type { FleetSpec } from '../../domain/spec.ts';
import type { PlannedAccount } from '../../keeper/plan-account.ts';
import { checkArchives } from '../check-archives.ts';
import { sameAccounts, whoElse } from '../check-identities.ts';
import { checkPlans } from '../check-plans.ts';
import { type CliIo, EXIT } from '../cli-io.ts';
import { openDaemon } from '../daemon.ts';
import { blindNotes, planAll, priceList } from '../plan-all.ts';
import { quietLog } from '../quiet-log.ts';
import { readConfig, sandboxPlans } from '../read-config.ts';
import { type PriceList, ruleNotes } from '../rule-changes.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

type Finding = { readonly account: string; readonly ok: boolean; readonly remarks: readonly string[] };

/** `purser check`: is the config good, and with `--online`, is it true of the accounts? */
export const check: CommandFile = (program, io, done) => {
  program
    .command('check')
    .summary('check the config')
    .description(
      'Checks the config, and that invoices could be saved. With --online it also reads every account: token, plan, cards, ledger. Only reads.',
    )
    .option('--online', 'read every account', false)
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser check --online --config purser.yaml')
    .action(async (options: CheckOptions) => done(await checkConfig(io, options)));
};

type CheckOptions = { readonly config: string; readonly online: boolean; readonly json: boolean };

/** Says what it found, and gives the exit code. */
export async function checkConfig(io: CliIo, options: CheckOptions): Promise<number> {
  const loaded = readConfig(io, options.config);
  const { spec } = loaded;
  await checkArchives(io, loaded);
  const { findings, plans, blind } = options.online ? await checkOnline(io, loaded) : offline(spec);
  const notes =
    spec.mode === 'enforce' ? [...backstopNotes(spec), ...ruleNotes(spec, plans, io.clock.now())] : [];
  for (const note of [...notes, ...blind]) io.stderr.write(`note: ${note}\n`);
  const isGood = findings.every((one) => one.ok);
  const { revision, mode, accounts } = spec;
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ ok: isGood, revision, mode, accounts: accounts.size, findings })}\n`);
  } else {
    for (const { account, ok, remarks } of findings) {
      const good = remarks.length > 0 ? 'note  ' : 'ok    ';
      const words = remarks.length > 0 ? [remarks.join('; ')] : [];
      io.stdout.write(`${[ok ? good : 'FAILED', account, ...words].join('  ')}\n`);
    }
    io.stdout.write(
      `${options.config}: ${isGood ? 'good' : 'not good'}. ${accounts.size} account${accounts.size === 1 ? '' : 's'}, mode ${mode}, revision ${revision}.\n`,
    );
  }
  return isGood ? EXIT.ok : EXIT.failure;
}

/** The provider's own charger knows nothing of caps. */
function backstopNotes(spec: FleetSpec): readonly string[] {
  const policies = new Map(Array.from(spec.accounts.values(), ({ policy }) => [policy.name, policy]));
  return Array.from(policies.values())
    .filter(({ wallet }) => wallet?.autoFunding.kind === 'set')
    .map(
      ({ name }) =>
        `policies.${name}.wallet.auto_funding: the provider charges by itself; purser counts it against the caps but cannot stop it.`,
    );
}

type Checked = {
  readonly findings: readonly Finding[];
  readonly plans: PriceList | null;
  /** What to say where no account could be seen. */
  readonly blind: readonly string[];
};

function offline({ provider }: FleetSpec): Checked {
  return { findings: [], plans: provider.kind === 'sandbox' ? sandboxPlans() : null, blind: [] };
}

async function checkOnline(io: CliIo, loaded: Extract<LoadedConfig, { ok: true }>): Promise<Checked> {
  const daemon = await openDaemon({ io, spec: loaded.spec, log: quietLog(io), stop: io.stop, role: 'plan' });
  try {
    const planned = await planAll(daemon, io.progress);
    const plans = await priceList(daemon, planned);
    if (plans !== null) checkPlans(io, loaded, plans);
    const twins = sameAccounts(planned);
    const findings = planned.map((one) => finding(one, twins.get(one.account.name) ?? []));
    return { findings, plans, blind: blindNotes(loaded.spec, planned) };
  } finally {
    await daemon.close();
  }
}

function finding(one: PlannedAccount, twins: readonly AccountName[]): Finding {
  const account = one.account.name;
  if (one.kind === 'unseen') return { account, ok: false, remarks: [one.reason] };
  const stranger = whoElse(one, twins);
  if (stranger !== null) return { account, ok: false, remarks: [stranger] };
  const { look, cards } = one.sight;
  const remarks: string[] = [];
  if (look !== null && equationHolds(look) !== true) {
    remarks.push('balance and ledger totals do not agree: two agreeing looks stand in before each charge');
  }
  for (const step of one.account.policy.wallet?.payWith ?? []) {
    if (cards === null || step.kind === 'human' || step.kind === 'others') continue;
    const isSaved =
      step.kind === 'default'
        ? cards.some((card) => card.isDefault)
        : cards.some((card) => card.id === step.id);
    if (!isSaved)
      remarks.push(step.kind === 'default' ? 'no default card is saved' : `card ${step.id} is not saved`);
  }
  return { account, ok: true, remarks };
}
