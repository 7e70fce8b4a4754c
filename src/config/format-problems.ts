import type { ConfigProblem } from './config-problem.ts';

const GUTTER = 5;

/** Problems as an operator reads them: place, sentence, the line with the fault underlined, and a count. */
export function formatProblems(problems: readonly ConfigProblem[], { color }: { color: boolean }): string {
  const paint = color ? painted : plain;
  const blocks = problems.map((problem) => formatProblem(problem, paint));
  return [...blocks, summary(problems)].join('\n');
}

type Paint = (style: 'bold' | 'red' | 'yellow' | 'dim', text: string) => string;

const CODES = { bold: 1, red: 31, yellow: 33, dim: 2 } as const;
const plain: Paint = (_, text) => text;
const painted: Paint = (style, text) => `\u001b[${CODES[style]}m${text}\u001b[0m`;

function formatProblem(problem: ConfigProblem, paint: Paint): string {
  const style = problem.severity === 'error' ? 'red' : 'yellow';
  const place = paint('bold', visible(`${problem.file}:${problem.line}:${problem.column}`));
  const path = problem.path === '' ? '' : `${visible(problem.path)}: `;
  const mend = problem.mend === null ? '' : ` (${visible(problem.mend)})`;
  const head = `${place} ${paint(style, problem.severity)}  ${path}${visible(problem.message)}${mend}`;
  if (problem.excerpt === '') return head;
  const number = String(problem.line).padStart(GUTTER);
  const indent = ' '.repeat(problem.column - 1);
  const underline = paint(style, '^'.repeat(problem.endColumn - problem.column));
  return [
    head,
    `${paint('dim', `${number} |`)} ${visible(problem.excerpt)}`,
    `${paint('dim', `${' '.repeat(number.length)} |`)} ${indent}${underline}`,
  ].join('\n');
}

function summary(problems: readonly ConfigProblem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  const parts = [counted(errors, 'error'), counted(warnings, 'warning')].filter((part) => part !== null);
  if (parts.length === 0) return 'No problems.';
  return errors === 0 ? `${parts.join(', ')}.` : `${parts.join(', ')}. Nothing was changed.`;
}

function counted(count: number, noun: string): string | null {
  return count === 0 ? null : `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** One column per character, so that the underline fits, and no control character reaches a terminal. */
function visible(text: string): string {
  return text.replaceAll('\t', ' ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
}
