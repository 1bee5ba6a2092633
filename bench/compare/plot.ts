import * as echarts from 'echarts';
import type { Row } from './compare.ts';
import { GRAPHS } from './graphs.ts';

const WIDTH = 1000;
const PANEL = { width: 270, height: 210, left: 60, top: 60, gapX: 60, gapY: 80 };
const COLUMNS = 3;

/** Lines and signs that can be told apart without their colours. */
const SYMBOLS = ['circle', 'emptyCircle', 'rect', 'emptyRect', 'triangle', 'emptyTriangle', 'diamond', 'emptyDiamond'];

/** Draws what a task costs over how many there are, a panel a shape, as SVG. */
export function plot(rows: readonly Row[]): string {
  const noOps = rows.filter(({ work }) => work === 'nothing');
  const runners = [...new Set(noOps.map(({ runner }) => runner))];
  const panels = GRAPHS.map((shape, index) => ({
    shape,
    index,
    left: PANEL.left + (index % COLUMNS) * (PANEL.width + PANEL.gapX),
    top: PANEL.top + Math.floor(index / COLUMNS) * (PANEL.height + PANEL.gapY),
  }));
  const height = PANEL.top + Math.ceil(GRAPHS.length / COLUMNS) * (PANEL.height + PANEL.gapY);
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    legend: { top: 5, itemGap: 20 },
    title: panels.map(({ shape, left, top }) => ({ text: shape, left, top: top - 28, textStyle: { fontSize: 13 } })),
    grid: panels.map(({ left, top }) => ({ left, top, width: PANEL.width, height: PANEL.height })),
    xAxis: panels.map(({ index }) => ({ type: 'log', gridIndex: index, name: 'tasks', nameLocation: 'middle', nameGap: 24 })),
    yAxis: panels.map(({ index }) => ({
      type: 'log',
      gridIndex: index,
      name: index % COLUMNS === 0 ? 'CPU µs per task' : '',
      nameLocation: 'middle',
      nameGap: 45,
    })),
    series: panels.flatMap(({ shape, index }) =>
      runners.map((runner, place) => ({
        name: runner,
        type: 'line',
        xAxisIndex: index,
        yAxisIndex: index,
        symbol: SYMBOLS[place % SYMBOLS.length],
        symbolSize: 7,
        lineStyle: { width: runner === 'tintype' ? 3 : 1.5, type: place % 2 === 0 ? 'solid' : 'dashed' },
        data: noOps
          .filter((row) => row.shape === shape && row.runner === runner)
          .map(({ tasks, cpuMicrosPerTask }) => [tasks, cpuMicrosPerTask]),
      })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}
