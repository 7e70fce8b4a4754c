/** One panel as a person describes it; `dashboard.ts` makes Grafana's JSON of it. */
export type Panel = {
  readonly title: string;
  /** What it shows and when to worry, as a sentence or two. */
  readonly description: string;
  readonly kind: 'stat' | 'timeseries' | 'bars' | 'table' | 'gauge';
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** From low to high; the first holds from minus infinity. */
  readonly thresholds?: readonly Threshold[];
  /** Of 24 columns. */
  readonly width: number;
  /** The alert whose runbook the panel links to. */
  readonly runbook?: string;
  /** The smallest step of its queries. */
  readonly interval?: string;
  /** For a stat whose legend says it all, and whose number nothing. */
  readonly showsLegend?: true;
};

export type Query = { readonly expr: string; readonly legend: string };

/** Grafana's names of units. */
export type Unit = 'currencyUSD' | 's' | 'short' | 'percentunit' | 'reqps' | 'bytes' | 'none';

export type Threshold = { readonly from: number | null; readonly color: 'green' | 'orange' | 'red' | 'blue' };

export type Row = { readonly title: string; readonly panels: readonly Panel[] };

const SOURCE = { type: 'prometheus', uid: '${datasource}' };
const PLAIN: readonly Threshold[] = [{ from: null, color: 'blue' }];
/** Red from the first one on. */
export const NONE_WANTED: readonly Threshold[] = [
  { from: null, color: 'green' },
  { from: 1, color: 'red' },
];

/** The panel in Grafana's JSON model. */
export function panelJson(
  panel: Panel,
  at: { id: number; x: number; y: number; height: number },
  url: string,
) {
  const { title, description, kind, unit, queries, thresholds = PLAIN, width, runbook, interval } = panel;
  const isInstant = kind === 'stat' || kind === 'table' || kind === 'gauge';
  return {
    id: at.id,
    type: TYPES[kind],
    title,
    description,
    datasource: SOURCE,
    gridPos: { x: at.x, y: at.y, w: width, h: at.height },
    ...(interval === undefined ? {} : { interval }),
    links:
      runbook === undefined
        ? []
        : [{ title: `Runbook: ${runbook}`, url: `${url}/${runbook}.md`, targetBlank: true }],
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: SOURCE,
      expr,
      legendFormat: legend,
      instant: isInstant,
      range: !isInstant,
      ...(kind === 'table' ? { format: 'table' } : {}),
    })),
    fieldConfig: {
      defaults: {
        unit,
        thresholds: {
          mode: 'absolute',
          steps: thresholds.map(({ from, color }) => ({ value: from, color })),
        },
        color: { mode: kind === 'timeseries' || kind === 'bars' ? 'palette-classic' : 'thresholds' },
        ...(kind === 'bars'
          ? { custom: { drawStyle: 'bars', fillOpacity: 60, stacking: { mode: 'normal' } } }
          : {}),
      },
      overrides: kind === 'timeseries' ? [DASHED_LIMITS] : [],
    },
    ...transformationsOf(panel),
    options: { ...OPTIONS[kind], ...(panel.showsLegend === true ? { textMode: 'name' } : {}) },
  };
}

const TYPES = {
  stat: 'stat',
  timeseries: 'timeseries',
  bars: 'timeseries',
  table: 'table',
  gauge: 'bargauge',
} as const;

const OPTIONS = {
  stat: {
    colorMode: 'background',
    graphMode: 'none',
    textMode: 'auto',
    reduceOptions: { calcs: ['lastNotNull'] },
  },
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom' },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  bars: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  table: { showHeader: true, cellHeight: 'sm' },
  gauge: { orientation: 'horizontal', displayMode: 'basic', reduceOptions: { calcs: ['lastNotNull'] } },
};

/** Lines called "… minimum" are limits, not measurements. */
const DASHED_LIMITS = {
  matcher: { id: 'byRegexp', options: '/ minimum$/' },
  properties: [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } }],
};

/** A table of several queries is one row for each account, a column for each query. */
function transformationsOf({ kind, queries }: Panel) {
  if (kind !== 'table') return {};
  const names = Object.fromEntries(
    queries.map(({ legend }, index) => [
      queries.length === 1 ? 'Value' : `Value #${String.fromCharCode(65 + index)}`,
      legend,
    ]),
  );
  const excludeByName = { Time: true, __name__: true, instance: true, job: true };
  return {
    transformations: [
      { id: 'merge', options: {} },
      { id: 'organize', options: { excludeByName, renameByName: names } },
    ],
  };
}
