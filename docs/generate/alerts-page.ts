import { type Rule, readRules } from '../../deploy/prometheus/rules-file.ts';
import { GENERATED, inCell } from './page.ts';

const VALUE = /\$?\{\{ [^}]+ \$value \}\}/g;
const EITHER = /\{\{ if [^}]+ \}\}(.*?)\{\{ else \}\}(.*?)\{\{ end \}\}/g;
const LABEL = /\{\{ \$labels\.(\w+) \}\}/g;

/** docs/reference/alerts.md: the alert rules that are shipped for Prometheus. */
export function alertsPage(): string {
  return `# Alert rules

${GENERATED} The rules are in \`deploy/prometheus/purser.rules.yaml\`; each has a runbook.

| alert | severity | holds for | what is wrong |
| --- | --- | --- | --- |
${readRules().map(row).join('\n')}
`;
}

function row({ alert, labels, for: holdsFor = '0s', annotations }: Rule): string {
  const page = `[${alert}](../runbooks/${alert}.md)`;
  const summary = annotations.summary
    .replaceAll(LABEL, (_, label: string) => label.toUpperCase())
    .replaceAll(VALUE, 'so much')
    .replaceAll(EITHER, '$1, or $2');
  return `| ${page} | ${labels.severity} | ${holdsFor} | ${inCell(summary)} |`;
}
