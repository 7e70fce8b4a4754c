import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ENDPOINTS, type Endpoint, type EndpointName } from '../../src/contract/endpoints.ts';
import { openStages, operations, type Stage, type Walk } from './endpoint-stage.ts';
import { BILLING_WALKS } from './walk-billing.ts';
import { SUBSCRIPTION_WALKS } from './walk-subscriptions.ts';
import { WALLET_WALKS } from './walk-wallet.ts';

/**
 * Every endpoint of the contract, called through its typed function against the sandbox over HTTP: once as it should
 * go, once as it should not. A row of the contract without a walk does not compile.
 */
const WALKS: Readonly<Record<EndpointName, Walk>> = {
  ...BILLING_WALKS,
  ...WALLET_WALKS,
  ...SUBSCRIPTION_WALKS,
} satisfies Record<EndpointName, Walk>;

// Object.keys gives string[]; the table's keys are the type.
const NAMES = Object.keys(ENDPOINTS) as EndpointName[];
const DOCUMENT = new URL('../../docs/endpoints.md', import.meta.url);

let stages: Awaited<ReturnType<typeof openStages>>;
beforeAll(async () => {
  stages = await openStages(NAMES.length * 2);
});
afterAll(() => stages.close());

test.each(NAMES)('%s works', async (name) => {
  const { run, expect: expected } = WALKS[name].works;
  const stage = stages.stage();
  const reply = await run(stage);
  expect(reply).toMatchObject({ kind: 'ok', value: expected });
  expect(operations(stage)).toContain(name);
  expectNoSecrets(stage, reply);
});

test.each(NAMES)('%s says why not', async (name) => {
  const { run, expect: expected } = WALKS[name].fails;
  const stage = stages.stage();
  const reply = await run(stage);
  expect(reply).toMatchObject({ kind: 'failed', failure: expected });
  expect(stage.samples.at(-1)).toMatchObject({ operation: name, code: String(expected.status) });
  expectNoSecrets(stage, reply);
});

test('docs/endpoints.md lists what was walked; UPDATE_DOCS=1 writes it', () => {
  const text = documentText();
  if (process.env['UPDATE_DOCS'] === '1') {
    mkdirSync(new URL('.', DOCUMENT), { recursive: true });
    writeFileSync(DOCUMENT, text);
  }
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(text);
});

function expectNoSecrets(stage: Stage, reply: unknown): void {
  const seen = JSON.stringify(reply) + stage.log.lines.join();
  for (const secret of [stage.caller.token, stage.password]) expect(seen).not.toContain(secret.reveal());
  expect(seen).not.toMatch(/_secret_|4242424242424242/);
}

const HEADINGS = ['function', 'request', 'rate limit', 'moves money', 'seen to work with', 'seen to refuse'];

function documentText(): string {
  const rows = NAMES.map((name) => {
    const endpoint: Endpoint = ENDPOINTS[name];
    const { works, fails } = WALKS[name];
    const { status, code } = fails.expect;
    const refusal = `${fails.shows}: ${status}${code === undefined ? '' : ` \`${code}\``}`;
    const place = `\`${endpoint.method} ${endpoint.path}\``;
    return [`\`${name}\``, place, endpoint.rate, endpoint.movesMoney ? 'yes' : '', works.shows, refusal];
  });
  return `# Endpoints

Every provider call that purser knows. Each was called through its function in \`src/modelslab\`, over HTTP, against the
sandbox in \`src/sandbox\`: once as it should go, once as it should not. The status and code of a refusal are what the
sandbox answers; where the vendor documents none, they are a guess. \`test/modelslab/endpoints.test.ts\` does the walk and
fails while this file is out of date; \`UPDATE_DOCS=1 npx vitest run test/modelslab/endpoints.test.ts\` writes it.

${table([HEADINGS, ...rows])}
`;
}

/** Markdown with aligned columns, as the formatter wants it. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  lines.splice(1, 0, line(widths.map((width) => '-'.repeat(width))));
  return lines.join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
