import { ROWS, TOP_UPS } from '../grafana/dashboard.ts';

/** A query of the dashboard with Grafana's variables filled in as they are when everything is chosen. */
export type PanelQuery = {
  readonly where: string;
  readonly expr: string;
  /** A number now, or a line over the time shown. */
  readonly kind: 'now' | 'over time';
};

const OR_ZERO = / or vector\(0\)$/;

/** `rateSeconds` is four scrapes, as Grafana has it. */
export function panelQueries(rateSeconds: number): readonly PanelQuery[] {
  const panels = ROWS.flatMap(({ title: row, panels: all }) =>
    all.flatMap(({ title, kind, queries }) =>
      queries.map(({ expr, legend }): PanelQuery => {
        const isLine = kind === 'timeseries' || kind === 'bars';
        const where = `${row} / ${title}${queries.length === 1 ? '' : ` / ${legend}`}`;
        const bare = expr.replace(OR_ZERO, '');
        // What falls back to 0 always shows something: it has to have been more than that at some time.
        const kindOf = isLine || bare !== expr ? 'over time' : 'now';
        return { where, expr: filled(bare, rateSeconds), kind: kindOf };
      }),
    ),
  );
  return [...panels, { where: 'marks / Top-ups', expr: filled(TOP_UPS, rateSeconds), kind: 'over time' }];
}

function filled(expr: string, rateSeconds: number): string {
  const text = expr
    .replaceAll('$__rate_interval', `${rateSeconds}s`)
    .replaceAll('$group', '.*')
    .replaceAll('$account', '.*');
  if (text.includes('$')) throw new Error(`a variable of Grafana's is not filled in: ${text}`);
  return text;
}
