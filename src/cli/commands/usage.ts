import { getUsageHistory, getUsageProducts, getUsageSummary } from '../../modelslab/usage.ts';
import { type DirectOptions, directCommand, mustHave, talk } from '../direct-command.ts';
import { factLines } from '../fact-lines.ts';
import { usage as wrongUse } from '../hand-command.ts';
import { rowTable } from '../row-table.ts';
import type { CommandFile } from './command.ts';

/** What the vendor's documents name (API sheet 2). */
const HISTORY = ['created_at', 'endpoint', 'status', 'cost'];

/** `purser usage summary|products|history ACCOUNT`. */
export const usage: CommandFile = (program, io, done) => {
  const group = program
    .command('usage')
    .summary('what an account has used')
    .description('What an account has used, as the provider tells it.')
    .addHelpText('after', '\nExample:\n  purser usage summary render-eu');
  const reads = [
    ['summary', 'usage, limits and wallet', getUsageSummary],
    ['products', 'limits of the plan and what is left', getUsageProducts],
  ] as const;
  for (const [verb, summary, read] of reads) {
    directCommand(group, verb, summary)
      .description(`Shows ${summary}.`)
      .addHelpText('after', `\nExample:\n  purser usage ${verb} render-eu`)
      .action(async (name: string, options: DirectOptions) => {
        const code = await talk(io, name, options, async ({ client, caller }) => {
          const facts = mustHave(`read the usage ${verb}`, await read(client, caller));
          return { text: factLines(facts), json: facts };
        });
        done(code);
      });
  }
  directCommand(group, 'history', 'the calls that were made')
    .option('--limit <rows>', 'at most so many, 1 to 200', '50')
    .description('Lists the calls that were made.')
    .addHelpText('after', '\nExample:\n  purser usage history render-eu --limit 200 --json')
    .action(async (name: string, options: DirectOptions & { limit: string }) => {
      const limit = Number(options.limit);
      if (!/^\d{1,3}$/.test(options.limit) || limit < 1 || limit > 200)
        wrongUse(`--limit ${JSON.stringify(options.limit)}: wanted a whole number from 1 to 200`);
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const reply = await getUsageHistory(client, caller, { limit });
        const rows = mustHave('read the usage history', reply);
        const text = rows.length === 0 ? 'nothing used' : rowTable(rows, HISTORY, { color: io.color });
        return { text, json: rows };
      });
      done(code);
    });
};
