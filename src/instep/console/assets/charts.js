// Draws the charts of a page from the data in them. The same numbers stand in a table below each.
"use strict";

{
  const COLOURS = { light: ["#0b6e63", "#3b6fb6", "#b7791f", "#b3261e"], dark: ["#5ed3bd", "#8ab8f5", "#f0c26a", "#ff9c93"] };
  const HEIGHT = 220;
  // How moments are written under a chart: days by their date, hours by the clock with the date where a day begins.
  const WHEN = [
    [86_400, "{MM}-{DD}", null, null, null, null, null, null, 1],
    [3_600, "{HH}:{mm}", "\n{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
  ];
  const theme = () => (document.documentElement.dataset.bsTheme === "dark" ? "dark" : "light");
  const drawn = new Map();

  function draw(place) {
    const { times, series, unit } = JSON.parse(place.dataset.chart);
    const style = getComputedStyle(place);
    const line = style.getPropertyValue("--track").trim();
    const axis = { stroke: style.color, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const written = (value) => (value === null || value === undefined ? "–" : `${Math.round(value).toLocaleString("en")}${unit ? ` ${unit}` : ""}`);
    const options = {
      width: place.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "Etc/UTC"),
      scales: { y: { range: (_, low, high) => [0, Math.max(high ?? 1, 1) * 1.08] } },
      axes: [{ ...axis, values: WHEN }, { ...axis, size: 64, values: (_, values) => values.map((value) => (Number.isInteger(value) ? written(value) : "")) }],
      series: [
        { label: "UTC", value: "{YYYY}-{MM}-{DD} {HH}:{mm}" },
        ...series.map(({ name }, index) => ({
          label: name, stroke: COLOURS[theme()][index % 4], width: 2, spanGaps: false,
          points: { size: 4 }, value: (_, value) => written(value),
        })),
      ],
    };
    drawn.get(place)?.destroy();
    drawn.set(place, new uPlot(options, [times, ...series.map(({ values }) => values)], place));
  }

  const places = document.querySelectorAll("[data-chart]");
  const all = () => places.forEach(draw);
  all();
  new MutationObserver(all).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => drawn.forEach((chart, place) => chart.setSize({ width: place.clientWidth, height: HEIGHT })), 100);
  });
}
