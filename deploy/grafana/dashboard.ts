import { CHARGE_ROW } from './charge-row.ts';
import { DAEMON_ROWS } from './daemon-rows.ts';
import { MONEY_ROWS } from './money-rows.ts';
import { panelJson, type Row } from './panel.ts';
import { CHOSEN } from './scope.ts';

export const ROWS: readonly Row[] = [...MONEY_ROWS, CHARGE_ROW, ...DAEMON_ROWS];

/**
 * Query of the marks on every graph: a top-up was settled since the step before. It looks back two steps, for the increase
 * between two scrapes belongs to neither of two windows that only touch, and one of a single scrape a step has none.
 */
export const TOP_UPS = `sum by (account) (increase(purser_charges_total{kind=~"fund|fund_link", outcome="settled", ${CHOSEN}}[2m])) > 0`;

const SOURCE = { type: 'prometheus', uid: '${datasource}' };
const COLUMNS = 24;
const STAT_HEIGHT = 4;
const GRAPH_HEIGHT = 8;

/** The dashboard in Grafana's JSON model. `runbooks` is where docs/runbooks can be read. */
export function dashboard(runbooks: string) {
  return {
    uid: 'purser',
    title: 'purser',
    description:
      'Whether the fleet is funded, what it costs, and how purser is. Written by npm run dashboards.',
    tags: ['purser'],
    schemaVersion: 39,
    editable: false,
    timezone: 'browser',
    refresh: '30s',
    time: { from: 'now-24h', to: 'now' },
    templating: { list: [SOURCES, variable('group', ''), variable('account', '{group=~"$group"}')] },
    annotations: { list: [topUps()] },
    links: [],
    panels: layOut(runbooks),
  };
}

const SOURCES = {
  name: 'datasource',
  label: 'Data source',
  type: 'datasource',
  query: 'prometheus',
  hide: 0,
};

/** A choice of several; all of them by default. An account without a group has the empty group. */
function variable(label: 'group' | 'account', selector: string) {
  return {
    name: label,
    label: label === 'group' ? 'Group' : 'Account',
    type: 'query',
    datasource: SOURCE,
    query: { query: `label_values(purser_account_info${selector}, ${label})`, refId: label },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
  };
}

function topUps() {
  return {
    name: 'Top-ups',
    datasource: SOURCE,
    enable: true,
    iconColor: 'green',
    expr: TOP_UPS,
    step: '60s',
    titleFormat: 'Top-up',
    textFormat: '{{account}}',
  };
}

/** Rows from top to bottom, their panels from left to right; stats are half as high as graphs. */
function layOut(runbooks: string): readonly unknown[] {
  const laid: unknown[] = [];
  let y = 0;
  for (const { title, panels } of ROWS) {
    laid.push({
      id: laid.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of panels) {
      if (x + panel.width > COLUMNS) {
        x = 0;
        y += height;
        height = 0;
      }
      height = Math.max(height, panel.kind === 'stat' ? STAT_HEIGHT : GRAPH_HEIGHT);
      laid.push(panelJson(panel, { id: laid.length + 1, x, y, height }, runbooks));
      x += panel.width;
    }
    y += height;
  }
  return laid;
}
