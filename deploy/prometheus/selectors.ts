const METRIC = /\b(?:purser|process|nodejs)_\w+|\bup\b/g;
const LABEL_LISTS = /\b(?:by|on|group_left|without|ignoring)\s*\([^)]*\)/g;

/** Selectors of series in a query, with their label matchers: `purser_intents{state="in_doubt"}`. */
export function selectorsOf(expr: string): readonly string[] {
  const bare = expr.replace(LABEL_LISTS, '');
  const found = bare.matchAll(new RegExp(`(?:${METRIC.source})(?:\\{[^}]*\\})?`, 'g'));
  return [...new Set(Array.from(found, ([text]) => text))];
}

/** Metrics that a query reads, by the name that the code declares: a histogram's parts are the histogram. */
export function metricsOf(expr: string): readonly string[] {
  const names = selectorsOf(expr).map((selector) => selector.replace(/\{.*/s, ''));
  return [
    ...new Set(
      names.map((name) => name.replace(/_duration_seconds_(?:bucket|count|sum)$/, '_duration_seconds')),
    ),
  ];
}
