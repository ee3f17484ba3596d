// Draws the month of a shop's money; colours come from the style sheet's variables.
(() => {
  const box = document.getElementById("chart");
  if (!box || !window.echarts) return;
  const data = JSON.parse(box.dataset.chart);
  const yuan = (list) => list.map((fen) => fen / 100);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const chart = echarts.init(box, null, { renderer: "svg" });
  const draw = () => {
    const soft = colour("--soft");
    const line = { lineStyle: { color: colour("--line") } };
    const series = (name, list, ink, extra) => ({
      name, type: "line", data: yuan(list), symbol: "none", smooth: 0.2,
      lineStyle: { width: 2 }, itemStyle: { color: colour(ink) }, ...extra,
    });
    chart.setOption({
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
      animation: false,
      xAxis: {
        type: "category", data: data.days.map((day) => day.slice(5)), boundaryGap: false,
        axisLabel: { color: soft }, axisLine: line, axisTick: { show: false },
      },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: soft }, splitLine: line },
      series: [
        series(box.dataset.paid, data.paid, "--accent", { areaStyle: { opacity: 0.12 } }),
        series(box.dataset.settled, data.settled, "--blue-fill"),
        series(box.dataset.refunded, data.refunded, "--red-fill"),
      ],
    });
  };
  draw();
  addEventListener("resize", () => chart.resize());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
