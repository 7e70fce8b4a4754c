import { hideSecrets } from './hide-secrets.ts';
import { lineText, type Place, placeOf } from './source-file.ts';
import { formatPath, holderOf, type Spot } from './spot.ts';

/** One thing wrong with the config, where it stands, and how to mend it. Never holds a secret. */
export type ConfigProblem = Place & {
  readonly severity: 'error' | 'warning';
  /** Dotted ("policies.prod.wallet"); '' for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** What to do about it, as a phrase; `null` where the message says it all. */
  readonly mend: string | null;
  /** The line at fault with secrets masked; '' where there is none or it is too long. */
  readonly excerpt: string;
};

/** A longer line helps nobody and would be searched for secrets at length. */
const EXCERPT_CHARACTERS_MAX = 240;

/** What is said about a spot. */
export type Remark = { readonly message: string; readonly mend: string | null };

export function problemAtSpot(
  spot: Spot,
  remark: Remark,
  severity: ConfigProblem['severity'],
): ConfigProblem {
  const place = placeOf(spot.anchor);
  const line = lineText(spot.anchor.source, place.line);
  const excerpt = line.length > EXCERPT_CHARACTERS_MAX ? '' : hideSecrets(line, holderOf(spot));
  return { ...place, severity, path: formatPath(spot.path), ...remark, excerpt };
}

/** Of each severity. Nobody reads more, and a file of another kind that was taken for a config can have a million. */
const LISTED_MAX = 1_000;

/** Collects the problems of one load. */
export class Problems {
  readonly #listed = new Map<string, { order: number; problem: ConfigProblem }>();
  readonly #counts = { error: 0, warning: 0 };

  error(spot: Spot, message: string, mend: string | null): void {
    this.#add('error', spot, { message, mend });
  }

  warn(spot: Spot, message: string, mend: string | null): void {
    this.#add('warning', spot, { message, mend });
  }

  /** For a file that could not be read at all: there is no text to point at, so its first place stands for it. */
  fileError(file: string, message: string, mend: string | null): void {
    const place = { file, line: 1, column: 1, endColumn: 2 };
    this.#list(0, { ...place, severity: 'error', path: '', message, mend, excerpt: '' });
  }

  /** True also where an error came too late to be listed. */
  get hasErrors(): boolean {
    return this.#counts.error > 0;
  }

  /** True where no more errors are listed, so that what they would say need not be worked out. */
  get isFull(): boolean {
    return this.#counts.error >= LISTED_MAX;
  }

  /** By file, then by place; each once. */
  sorted(): ConfigProblem[] {
    return [...this.#listed.values()]
      .sort((a, b) => a.order - b.order || byPlace(a.problem, b.problem))
      .map(({ problem }) => problem);
  }

  #add(severity: ConfigProblem['severity'], spot: Spot, remark: Remark): void {
    if (this.#counts[severity] >= LISTED_MAX) return;
    // An unset variable has been reported, and whatever follows from it would blame the wrong thing.
    if (spot.node?.kind === 'scalar' && spot.node.isBroken) return;
    this.#list(spot.anchor.source.order, problemAtSpot(spot, remark, severity));
  }

  #list(order: number, problem: ConfigProblem): void {
    const identity = [problem.file, problem.line, problem.column, problem.path, problem.message].join('\n');
    if (this.#listed.has(identity)) return;
    this.#counts[problem.severity] += 1;
    this.#listed.set(identity, { order, problem });
  }
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  return a.line - b.line || a.column - b.column || a.endColumn - b.endColumn;
}
