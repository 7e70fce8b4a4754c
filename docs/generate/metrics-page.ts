import { createMetrics } from '../../src/telemetry/metrics.ts';
import { GENERATED, inCell } from './page.ts';

/** docs/reference/metrics.md: every metric that purser itself serves, with its labels. */
export function metricsPage(): string {
  const metrics = createMetrics({ version: '', revision: '', processMetrics: false });
  const rows = metrics
    .described()
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, type, labels, help }) => {
      const shown = labels.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} | ${shown} | ${inCell(help)} |`;
    });
  return `# Metrics

${GENERATED}

Served at \`/metrics\` in the Prometheus text format, together with Node's own (\`process_*\`, \`nodejs_*\`). Dollars, seconds and ratios are in the name.

| metric | type | labels | what it says |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
