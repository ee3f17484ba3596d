// Draws how gifts travel: from left to right the generations, in each the surfaces where gifts began.
(() => {
  const box = document.querySelector("[data-chain]");
  if (!box || !window.echarts) return;
  const { nodes, flows } = JSON.parse(box.dataset.chain);
  const names = box.dataset.names.split("|");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const called = (surface) => names[surface] ?? names[0];
  const placed = new Map();
  const depth = Math.max(...nodes.map((one) => one.generation));
  for (let generation = 0; generation <= depth; generation += 1) {
    const here = nodes.filter((one) => one.generation === generation);
    here.forEach((one, row) => placed.set(`${generation}/${one.surface}`, [generation, -(row - (here.length - 1) / 2)]));
  }
  const most = Math.max(...nodes.map((one) => one.presents));
  const edges = flows.flatMap((one) => {
    const from = placed.get(`${one.generation}/${one.surface}`), to = placed.get(`${one.toGeneration}/${one.to}`);
    return from && to ? [{ from, to, presents: one.presents }] : [];
  });
  const tall = Math.max(1, ...[...placed.values()].map(([, y]) => Math.abs(y))) + 0.6;
  const chart = echarts.init(box, null, { renderer: "svg" });
  const draw = () => chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 24, right: 64, top: 8, bottom: 28 },
    xAxis: {
      type: "value", min: -0.3, max: depth + 0.6, interval: 1, axisLine: { show: false }, axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        color: colour("--soft"), showMinLabel: false, showMaxLabel: false,
        formatter: (at) => (Number.isInteger(at) && at >= 0 ? box.dataset.generation.replace("#", at + 1) : ""),
      },
    },
    yAxis: { type: "value", min: -tall, max: tall, show: false },
    series: [
      ...edges.map((one) => ({
        type: "line", data: [one.from, one.to], symbol: "none", silent: true,
        lineStyle: { color: colour("--blue-fill"), opacity: 0.5, width: 1 + 7 * one.presents / most },
      })),
      {
        // The small build of ECharts has no scatter: a line that is not drawn, with symbols.
        type: "line", z: 5, symbol: "circle", lineStyle: { width: 0 }, silent: true,
        data: nodes.map((one) => ({
          value: placed.get(`${one.generation}/${one.surface}`),
          symbolSize: 14 + 30 * Math.sqrt(one.presents / most),
          label: { show: true, position: "top", color: colour("--ink"), formatter: `${called(one.surface)} ${one.presents}` },
        })),
        itemStyle: { color: colour("--red-fill") },
      },
    ],
  }, true);
  draw();
  addEventListener("resize", () => chart.resize());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
