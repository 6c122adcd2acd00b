/** The plots, as plain SVG on white, so that they read the same wherever the page is shown. */
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { duration, wayOf, whole } from './names.mjs';

const width = 620;
const style = {
  background: 'white',
  padding: 12,
  config: {
    font: 'Helvetica, Arial, sans-serif',
    view: { stroke: null },
    title: { anchor: 'start', fontSize: 15, subtitleFontSize: 12, subtitleColor: '#555', offset: 14 },
    axis: {
      labelFontSize: 11,
      titleFontSize: 12,
      titleFontWeight: 'normal',
      gridColor: '#e8e8e8',
      domainColor: '#999',
      tickColor: '#999',
    },
    axisY: { labelLimit: 400, domain: false, ticks: false, labelPadding: 8 },
    legend: { labelFontSize: 12, symbolSize: 90, labelLimit: 320, title: null },
  },
};

/** fanfold in one strong hue; a peer keeps its hue in every plot. */
const hues = {
  fanfold: '#d6336c',
  temporal: '#1c7ed6',
  restate: '#2f9e44',
  dbos: '#f08c00',
  langgraph: '#7048e8',
  bullmq: '#495057',
};
const plain = (way) => way.replaceAll('`', '');

/** Those of each contender that show it at its best, since a plot of twenty lines shows nothing. */
const shown = new Set([
  'fanfold/gather',
  'fanfold/map',
  'fanfold/task',
  'temporal/all at once',
  'temporal/500 at once',
  'restate/steps',
  'restate/calls',
  'dbos/steps',
  'langgraph/sqlite',
  'bullmq/flow',
]);

export async function plots(rows) {
  const noop = rows.filter((row) => row.measure === 'makespan' && row.work === 'noop' && row.error === undefined);
  const lines = noop.filter(
    ({ contender, variant, server }) => server === 'file' && shown.has(`${contender}/${variant}`),
  );
  const drawn = [
    lines.length > 1 &&
      linePlot('throughput', 'Tasks a second, by the number of tasks', 'no-op tasks; both axes logarithmic', lines, {
        field: 'tasksPerSecond',
        title: 'tasks a second',
      }),
    lines.length > 1 &&
      linePlot(
        'memory',
        'Peak memory of the worker, by the number of tasks',
        'no-op tasks; both axes logarithmic',
        lines,
        { field: 'workerMiB', title: 'MiB' },
      ),
    reachPlot(
      'deadline',
      'Back after a deadline of one second',
      'one task in twenty takes 30 s; the dashed line is the deadline; logarithmic',
      succeeded(rows, 'deadline'),
      'ms',
      500,
      1000,
    ),
    reachPlot(
      'kill',
      'From the restart of a killed worker to the result',
      '200 tasks of 50 ms, 10 at once, killed at half; logarithmic',
      succeeded(rows, 'kill'),
      'restartToResultMs',
      500,
    ),
  ].filter(Boolean);
  return Promise.all(drawn.map(async ({ name, spec }) => ({ name, title: spec.title.text, svg: await svgOf(spec) })));
}

const succeeded = (rows, measure) => rows.filter((row) => row.measure === measure && row.error === undefined);

function svgOf(spec) {
  return new vega.View(vega.parse(compile({ ...style, ...spec }).spec), { renderer: 'none' }).toSVG();
}

function colours(rows, key) {
  const domain = [...new Set(rows.map(key))];
  const of = (each) => hues[rows.find((row) => key(row) === each).contender];
  return { domain, range: domain.map(of) };
}

function linePlot(name, text, subtitle, rows, { field, title }) {
  const values = rows
    .map((row) => ({ ...row, way: plain(wayOf(row)) }))
    .toSorted((left, right) => left.tasks - right.tasks);
  const scale = colours(values, ({ way }) => way);
  // Two ways of one contender differ by their dashes.
  const dashes = scale.domain.map((way, index) =>
    scale.range.indexOf(scale.range[index]) === index ? [1, 0] : [5, 3],
  );
  const legend = { orient: 'right', rowPadding: 6, symbolType: 'stroke', symbolStrokeWidth: 3 };
  const sizes = [...new Set(values.map(({ tasks }) => tasks))];
  const spec = {
    title: { text, subtitle },
    width,
    height: 380,
    data: { values },
    encoding: {
      x: {
        field: 'tasks',
        type: 'quantitative',
        title: 'tasks',
        scale: { type: 'log', nice: false },
        axis: { values: sizes, labelExpr: short, grid: false, labelOverlap: false },
      },
      y: {
        field,
        type: 'quantitative',
        title,
        scale: { type: 'log' },
        axis: {
          values: [1, 2, 5].flatMap((digit) => powers.map((power) => digit * power)),
          labelExpr: short,
          ticks: false,
        },
      },
      color: { field: 'way', type: 'nominal', scale, legend },
      strokeDash: { field: 'way', type: 'nominal', scale: { domain: scale.domain, range: dashes }, legend },
    },
    layer: [
      { mark: { type: 'line', strokeWidth: 2.5 } },
      { mark: { type: 'point', filled: true, size: 45, opacity: 1 } },
    ],
  };
  return { name, spec };
}

const powers = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];
const short =
  "datum.value >= 1e6 ? datum.value / 1e6 + 'M' : datum.value >= 1e4 ? datum.value / 1e3 + 'k' : format(datum.value, ',')";

/** Logarithmic, as a second and a minute are to be seen at once; so these are not bars, which would have no zero to begin at. */
function reachPlot(name, text, subtitle, rows, field, from, limit) {
  if (rows.length === 0) return undefined;
  const values = rows.map((row) => {
    const tasks = name === 'deadline' ? ` × ${whole(row.tasks)}` : '';
    return {
      way: `${plain(wayOf(row))}${tasks}`,
      from,
      ms: row[field],
      label: duration(row[field]),
      contender: row.contender,
    };
  });
  const domain = [from, Math.max(...values.map(({ ms }) => ms)) * 1.1];
  const axis = { values: ticks, labelExpr: seconds, labelOverlap: false };
  const x = { field: 'ms', type: 'quantitative', title: null, scale: { type: 'log', domain, nice: false }, axis };
  const y = { field: 'way', type: 'nominal', title: null, sort: null };
  const scale = colours(values, ({ contender }) => contender);
  const color = { field: 'contender', type: 'nominal', scale, legend: null };
  const line = {
    mark: { type: 'rule', strokeWidth: 3 },
    encoding: { x: { ...x, field: 'from' }, x2: { field: 'ms' }, y, color },
  };
  const end = { mark: { type: 'circle', size: 110, opacity: 1 }, encoding: { x, y, color } };
  const label = {
    mark: { type: 'text', align: 'left', dx: 9, fontSize: 11 },
    encoding: { x, y, text: { field: 'label' } },
  };
  const rule = { mark: { type: 'rule', strokeDash: [4, 3], color: '#333' }, encoding: { x: { datum: limit } } };
  const layer = [line, end, label, ...(limit === undefined ? [] : [rule])];
  return { name, spec: { title: { text, subtitle }, width: 520, height: { step: 24 }, data: { values }, layer } };
}

const ticks = [1, 2, 5].flatMap((digit) => [100, 1000, 10_000, 100_000].map((power) => digit * power));
const seconds = "datum.value / 1000 + ' s'";
