// SPDX-License-Identifier: MIT
//
// charts.js: draws the charts of a report from the data in its page. Bundled with Vega, whose
// expressions are interpreted, so that nothing is evaluated as code. Colours are those of the
// page's style sheet: marks have names (s0, s1, low, high, total) that it gives colours to.
import './licences.js';
import {transforms} from 'vega-dataflow';
import {bound, mark, overlap, render, viewlayout} from 'vega-view-transforms';
import {axisticks, datajoin, encode, legendentries, scale, sortitems} from 'vega-encode';
import {collect} from 'vega-transforms';
import {View} from 'vega-view';
import {parse} from 'vega-parser';
import {expressionInterpreter} from 'vega-interpreter';

Object.assign(transforms, {
  axisticks, bound, collect, datajoin, encode, legendentries, mark, overlap, render, scale, sortitems,
  viewlayout
});

const BAR = 18; // height of a bar
const LABEL = 20; // of the line above it
const GAP = 10;
const SIZE = 13; // of letters

// ------------------------------------------------------------------- numbers

const grouped = new Intl.NumberFormat('en-GB', {maximumFractionDigits: 0});
const short = new Intl.NumberFormat('en-GB', {minimumFractionDigits: 2, maximumFractionDigits: 2});

/** "38.85m", "(740k)", "12.50": as a board reads it; deficits in brackets. */
function amount(value) {
  const size = Math.abs(value);
  if (size < 0.005) return '0';
  let text;
  if (size >= 1e9) text = grouped.format(size / 1e6) + 'm';
  else if (size >= 1e6) text = short.format(size / 1e6) + 'm';
  else if (size >= 1e4) text = grouped.format(size / 1e3) + 'k';
  else if (size >= 1e3) text = grouped.format(size);
  else text = short.format(size);
  return value < 0 ? '(' + text + ')' : text;
}

/** A text that fits a width, about. */
function cut(text, width) {
  const most = Math.max(4, Math.floor(width / (SIZE * 0.54)));
  return text.length <= most ? text : text.slice(0, most - 1) + '\u2026';
}

/** What an amount takes in the widest of the usual fonts: "30.52m". */
function lettersWide(text) {
  const wide = {'.': 0.33, ',': 0.33, '(': 0.4, ')': 0.4, '+': 0.84, m: 0.98};
  return [...text].reduce((sum, c) => sum + (wide[c] || 0.64), 0) * SIZE;
}

// --------------------------------------------------------------------- specs

/** Bars that lie, each name above its bars, each amount beside its bar. */
function lyingBars(rows, width, options = {}) {
  const amounts = rows.flatMap(r => r.bars.flatMap(b => [b.from, b.to]));
  let low = Math.min(...amounts);
  let high = Math.max(...amounts);
  if (!options.broken) {
    low = Math.min(0, low);
    high = Math.max(0, high);
  }
  if (low === high) high = low + 1;
  const beside = Math.max(...rows.flatMap(r => r.bars.map(b => lettersWide(b.text)))) + 8;
  // The amount of a bar that goes down stands to its left, and needs room where the bar ends near the edge.
  const edge = low + (high - low) * Math.min(1, beside / Math.max(60, width - beside));
  const down = rows.some(r => r.bars.some(b => b.to < b.from && b.to < edge));
  const left = low < 0 || down || options.broken ? Math.min(beside, width * 0.3) : 0;
  const right = Math.min(beside, width * 0.35);
  const inner = Math.max(60, width - left - right);
  const place = v => left + (v - low) / (high - low) * inner;
  const bars = [];
  const texts = [];
  const names = [];
  let y = 0;
  for (const row of rows) {
    names.push({x: left > 0 ? 0 : 5, y: y + LABEL - 6, text: cut(row.name, width)});
    y += LABEL;
    for (const bar of row.bars) {
      const [from, to] = [place(Math.min(bar.from, bar.to)), place(Math.max(bar.from, bar.to))];
      const negative = bar.to < bar.from;
      bars.push({x: from, x2: Math.max(to, from + 1), y, height: BAR - 4, name: bar.mark});
      texts.push({
        x: negative ? from - 4 : to + 4, y: y + BAR / 2 - 1, text: bar.text,
        align: negative ? 'right' : 'left'
      });
      y += BAR;
    }
    y += GAP;
  }
  const zero = options.rule !== undefined ? options.rule : 0;
  const rules = zero >= low && zero <= high ? [{x: place(zero), y: 0, y2: y - GAP}] : [];
  const marks = [...new Set(bars.map(b => b.name))];
  return {
    width, height: y,
    data: [{name: 'names', values: names}, {name: 'texts', values: texts}, {name: 'rules', values: rules},
      ...marks.map(m => ({name: 'bars-' + m, values: bars.filter(b => b.name === m)}))],
    marks: [
      ...marks.map(m => ({
        type: 'rect', name: m, from: {data: 'bars-' + m}, interactive: false,
        encode: {enter: {x: {field: 'x'}, x2: {field: 'x2'}, y: {field: 'y'}, height: {field: 'height'},
          fill: {value: '#005eb8'}}}
      })),
      ruleMark('rules'), textMark('names', 'names'), textMark('texts', 'amounts')
    ]
  };
}

function textMark(data, name) {
  return {
    type: 'text', name: name + '-' + data, from: {data}, interactive: false,
    encode: {enter: {x: {field: 'x'}, y: {field: 'y'}, text: {field: 'text'}, fontSize: {value: SIZE},
      align: {field: 'align'}, baseline: {value: name === 'names' ? 'alphabetic' : 'middle'},
      font: {value: 'system-ui, sans-serif'}, fill: {value: '#212b32'}}}
  };
}

function ruleMark(data) {
  return {
    type: 'rule', name: 'zero', from: {data}, interactive: false,
    encode: {enter: {x: {field: 'x'}, y: {field: 'y'}, y2: {field: 'y2'}, stroke: {value: '#425563'}}}
  };
}

function bars(chart, width) {
  return lyingBars(chart.rows.map(row => ({
    name: row.name,
    bars: row.values.map((value, i) => ({
      from: 0, to: value, text: amount(value), mark: value < 0 && row.values.length === 1 ? 'low' : 's' + i
    })).filter(bar => bar.to !== null)
  })), width);
}

/** A waterfall: each step begins where the one before ended. */
function bridge(chart, width) {
  const rows = [{name: chart.start.name, bars: [{from: 0, to: chart.start.value, mark: 'total'}]}];
  let at = chart.start.value;
  for (const row of chart.rows) {
    const change = row.values[0] || 0;
    rows.push({name: row.name, bars: [{from: at, to: at + change, mark: change < 0 ? 'low' : 'high', change}]});
    at += change;
  }
  rows.push({name: chart.finish.name, bars: [{from: 0, to: chart.finish.value, mark: 'total'}]});
  for (const row of rows) {
    const bar = row.bars[0];
    bar.text = bar.change === undefined ? amount(bar.to) : (bar.change >= 0.005 ? '+' : '') + amount(bar.change);
  }
  // Steps that are small beside the totals could not be seen from zero.
  const ends = rows.flatMap(r => r.bars.flatMap(b => b.change === undefined ? [b.to] : [b.from, b.to]));
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  if (low > 0 && high - low < high * 0.25) {
    const least = Math.max(0, low - (high - low) * 0.5);
    for (const row of rows) {
      if (row.bars[0].change === undefined) row.bars[0].from = least;
    }
    return {...lyingBars(rows, width, {broken: true}), note: `Bars begin at ${amount(least)}, not at 0.`};
  }
  return lyingBars(rows, width);
}

function spread(chart, width) {
  const base = chart.start ? chart.start.value : 0;
  const rows = [];
  for (const row of chart.rows) {
    const [low, high] = row.values;
    rows.push({name: row.name, bars: [
      {from: base, to: low, text: amount(low), mark: 's0'},
      {from: base, to: high, text: amount(high), mark: 's1'}]});
  }
  return {...lyingBars(rows, width, {broken: true, rule: base}),
    note: `The line is the measure as the document stands: ${amount(base)}.`};
}

function lines(chart, width) {
  const points = chart.rows.flatMap((row, i) =>
    row.values.map((value, k) => ({x: k, y: value, name: 's' + i % 6})).filter(p => p.y !== null));
  const amounts = points.map(p => p.y).concat(0);
  const low = Math.min(...amounts);
  const high = Math.max(...amounts);
  const left = Math.max(lettersWide(amount(low)), lettersWide(amount(high))) + 10;
  const height = 240;
  const step = (width - left - 52) / Math.max(1, chart.columns.length - 1);
  const px = k => left + 12 + k * step;
  const py = v => 10 + (high - v) / (high - low || 1) * (height - 50);
  const every = Math.ceil(lettersWide(chart.columns[0] + '  ') / step);
  const ticks = [low, 0, high].filter((v, i, all) => all.indexOf(v) === i);
  const marks = [...new Set(points.map(p => p.name))];
  const at = p => ({x: px(p.x), y: py(p.y)});
  return {
    width, height,
    data: [
      {name: 'periods', values: chart.columns.map((text, k) => ({x: px(k), y: height - 14, text, align: 'center'}))
        .filter((_, k) => k % every === 0)},
      {name: 'ticks', values: ticks.map(v => ({x: left, y: py(v), text: amount(v), align: 'right'}))},
      {name: 'grid', values: ticks.map(v => ({x: left + 6, x2: width, y: py(v)}))},
      ...marks.map(m => ({name: m, values: points.filter(p => p.name === m).map(at)}))],
    marks: [
      {type: 'rule', name: 'grid', from: {data: 'grid'}, interactive: false,
        encode: {enter: {x: {field: 'x'}, x2: {field: 'x2'}, y: {field: 'y'}, stroke: {value: '#aeb7bd'}}}},
      ...marks.flatMap(m => [
        {type: 'line', name: m, from: {data: m}, interactive: false,
          encode: {enter: {x: {field: 'x'}, y: {field: 'y'}, stroke: {value: '#005eb8'}, strokeWidth: {value: 2.5}}}},
        {type: 'symbol', name: 'p' + m.slice(1), from: {data: m}, interactive: false,
          encode: {enter: {x: {field: 'x'}, y: {field: 'y'}, size: {value: 40}, fill: {value: '#005eb8'}}}}]),
      textMark('periods', 'amounts'), textMark('ticks', 'amounts')]
  };
}

/** Bands from who pays, on the left, to who is paid, on the right. */
function flows(chart, width) {
  const side = key => {
    const sums = new Map();
    for (const row of chart.rows) sums.set(row[key], (sums.get(row[key]) || 0) + row.values[0]);
    return [...sums].map(([name, value]) => ({name, value}));
  };
  const [payers, payees] = [side('name'), side('to')];
  const most = Math.max(payers.length, payees.length);
  const height = Math.max(220, most * 56);
  const total = payers.reduce((sum, n) => sum + n.value, 0) || 1;
  const pad = 26;
  const unit = (height - pad * (most + 1)) / total;
  const nodes = [];
  const settle = (list, x) => {
    let y = pad;
    for (const node of list) {
      node.y = y;
      node.at = y;
      node.height = Math.max(1, node.value * unit);
      nodes.push({x, y, height: node.height});
      y += node.height + pad;
    }
    return new Map(list.map(node => [node.name, node]));
  };
  const from = settle(payers, 0);
  const to = settle(payees, width - 10);
  const bands = chart.rows.map(row => {
    const [a, b] = [from.get(row.name), to.get(row.to)];
    const thick = Math.max(1, row.values[0] * unit);
    const [ya, yb] = [a.at + thick / 2, b.at + thick / 2];
    a.at += thick;
    b.at += thick;
    const middle = width / 2;
    return {path: `M10,${ya} C${middle},${ya} ${middle},${yb} ${width - 10},${yb}`, thick};
  });
  const half = width / 2 - 8;
  const label = (list, x, align) => list.map(n => ({
    x, y: n.y - 8, align, text: cut(n.name, half - lettersWide(amount(n.value)) - 8) + '  ' + amount(n.value)
  }));
  return {
    width, height,
    data: [{name: 'bands', values: bands}, {name: 'nodes', values: nodes},
      {name: 'texts', values: [...label(payers, 0, 'left'), ...label(payees, width, 'right')]}],
    marks: [
      {type: 'path', name: 'band', from: {data: 'bands'}, interactive: false,
        encode: {enter: {path: {field: 'path'}, stroke: {value: '#005eb8'}, strokeWidth: {field: 'thick'},
          strokeOpacity: {value: 0.35}}}},
      {type: 'rect', name: 's0', from: {data: 'nodes'}, interactive: false,
        encode: {enter: {x: {field: 'x'}, width: {value: 10}, y: {field: 'y'}, height: {field: 'height'},
          fill: {value: '#005eb8'}}}},
      textMark('texts', 'amounts')]
  };
}

// ------------------------------------------------------------------- drawing

const kinds = {bars, bridge, spread, lines, flows};

function draw(chart) {
  const place = document.getElementById(chart.id);
  const width = Math.floor(place.clientWidth);
  if (width < 40 || chart.drawn === width) return;
  chart.drawn = width;
  const {note, ...spec} = kinds[chart.kind](chart, width);
  // Marks and data have names of one kind.
  for (const data of spec.data) data.name = 'of-' + data.name;
  for (const mark of spec.marks) mark.from.data = 'of-' + mark.from.data;
  const runtime = parse({$schema: 'https://vega.github.io/schema/vega/v5.json', padding: 0, autosize: 'none', ...spec}, null, {ast: true});
  place.replaceChildren();
  new View(runtime, {expr: expressionInterpreter, renderer: 'svg', hover: false})
    .logLevel(1).initialize(place).runAsync().then(() => {
      for (const svg of place.querySelectorAll('svg')) {
        svg.setAttribute('aria-hidden', 'true'); // the figure has a name, and its table says the rest
        svg.setAttribute('focusable', 'false');
        for (const named of svg.querySelectorAll('[role],[aria-roledescription],[aria-label]')) {
          for (const name of ['role', 'aria-roledescription', 'aria-label']) named.removeAttribute(name);
        }
      }
      const says = document.getElementById(chart.id + '-note');
      if (says) says.textContent = note || '';
    });
}

const charts = JSON.parse(document.getElementById('charts').textContent);
const drawAll = () => charts.forEach(draw);
document.documentElement.classList.add('drawn');
drawAll();
new ResizeObserver(() => requestAnimationFrame(drawAll)).observe(document.querySelector('main'));
for (const part of document.querySelectorAll('details')) part.addEventListener('toggle', drawAll);
