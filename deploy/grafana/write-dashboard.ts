import { writeFileSync } from 'node:fs';
import { runbooksUrl } from '../prometheus/rules-file.ts';
import { dashboard } from './dashboard.ts';

/** `npm run dashboards`: the dashboard that Grafana is provisioned with, written anew. */
const path = new URL('dashboards/purser.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(dashboard(runbooksUrl()), null, 2)}\n`);
