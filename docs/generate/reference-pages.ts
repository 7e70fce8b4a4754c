import { anIo } from '../../test/cli/an-io.ts';
import { alertsPage } from './alerts-page.ts';
import { commandsPage } from './commands-page.ts';
import { configPage } from './config-page.ts';
import { metricsPage } from './metrics-page.ts';

/** Every page that is written from the code, by its path in the repository. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['docs/reference/config.md', configPage()],
    ['docs/reference/commands.md', await commandsPage(anIo().io)],
    ['docs/reference/metrics.md', metricsPage()],
    ['docs/reference/alerts.md', alertsPage()],
  ]);
}
