// Draws a funnel as bars, and its days as lines; colours come from the style sheet's variables.
(() => {
  if (!window.echarts) return;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = () => ({
    axisLabel: { color: colour("--soft") }, axisTick: { show: false },
    axisLine: { lineStyle: { color: colour("--line") } },
    splitLine: { lineStyle: { color: colour("--line") } },
  });
  const common = () => ({
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, animation: false,
  });

  const funnel = (box) => {
    const data = JSON.parse(box.dataset.funnel), names = box.dataset.names.split("|");
    return () => ({
      ...common(),
      grid: { left: 8, right: 64, top: 8, bottom: 4, containLabel: true },
      xAxis: { type: "log", logBase: 10, min: 0.5, show: false },
      yAxis: { type: "category", inverse: true, data: names, ...axis(), axisLine: { show: false } },
      series: [{
        type: "bar", barWidth: "62%", itemStyle: { color: colour("--accent"), borderRadius: [0, 4, 4, 0] },
        // Each step is a tenth or less of the one before: lengths are logarithms, labels say the count.
        data: data.steps.map((count, step) => ({
          value: Math.max(count, 0.5),
          itemStyle: { color: colour(step < 2 ? "--blue-fill" : "--accent") },
          label: { show: true, position: "right", color: colour("--ink"), formatter: count.toLocaleString() },
        })),
      }],
    });
  };

  const days = (box) => {
    const data = JSON.parse(box.dataset.days), names = box.dataset.names.split("|");
    const few = data.days.length < 2;
    const line = (name, list, ink, axisIndex) => ({
      name, type: few ? "bar" : "line", barMaxWidth: 40, data: list, yAxisIndex: axisIndex, symbol: "none",
      lineStyle: { width: 2 }, itemStyle: { color: colour(ink) },
    });
    return () => ({
      ...common(),
      grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
      xAxis: { type: "category", data: data.days.map((day) => day.slice(5)), boundaryGap: few, ...axis() },
      yAxis: [
        { type: "value", minInterval: 1, ...axis(), axisLine: { show: false } },
        { type: "value", minInterval: 1, ...axis(), axisLine: { show: false }, splitLine: { show: false } },
      ],
      series: [
        line(names[0], data.clicks, "--blue-fill", 0),
        line(names[1], data.pays, "--accent", 1),
      ],
    });
  };

  const drawn = [...document.querySelectorAll("[data-funnel], [data-days]")].map((box) => {
    const chart = echarts.init(box, null, { renderer: "svg" });
    const option = box.dataset.funnel ? funnel(box) : days(box);
    return { chart, draw: () => chart.setOption(option(), true) };
  });
  for (const one of drawn) one.draw();
  addEventListener("resize", () => { for (const one of drawn) one.chart.resize(); });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => { for (const one of drawn) one.draw(); });
})();
