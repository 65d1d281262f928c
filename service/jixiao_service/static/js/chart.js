// Show a result as a chart: what the columns of words say together across, the columns with numbers up.
import { colour, load, make, say } from "./page.js";

const BARS = 60;
const NUMBER = /#(decimal|integer|double|float|long|int|short|nonNegativeInteger)$/; // a year is no number

const PLACE = /(^|_)(line|page|table|row|order|year|number|version)$/i; // where something stands is no value
const PLACES = /(Line|Page|Table|Year|Order|Number)$/;

export async function showChart(place, solutions, library) {
  const names = solutions?.head.vars ?? [];
  const rows = (solutions?.results.bindings ?? []).slice(0, BARS);
  const numeric = names.filter((name) => !PLACE.test(name) && !PLACES.test(name) && rows.some((row) => row[name]) && rows.every((row) => !row[name] || NUMBER.test(row[name].datatype ?? "")));
  const words = names.filter((name) => !numeric.includes(name));
  const spoken = words.filter((name) => rows.some((row) => row[name]?.type === "literal"));
  const across = spoken.length ? spoken : words.slice(0, 1);
  const called = (row) => across.map((name) => row[name]?.value ?? "").join(" · ");
  const label = across.length ? null : numeric[0];
  const values = numeric.filter((name) => name !== label);
  if (!values.length) {
    place.replaceChildren(make("p", {}, say("没有可画的数值。", "There are no numbers to draw.")));
    return;
  }
  if (!window.echarts) await load(library);
  const box = make("div", { class: "chart", role: "img", "aria-label": say("结果的图表；数字见表", "Result as a chart; the table has the numbers") });
  place.replaceChildren(box);
  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  const scatter = label !== null;
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: colour("sans") },
    color: [colour("accent"), "#b3661a", "#1d7a58", "#6b5aa8"],
    tooltip: { trigger: scatter ? "item" : "axis", renderMode: "richText" },
    legend: { textStyle: { color: colour("ink") } },
    grid: { left: 60, right: 20, bottom: 90, top: 40 },
    xAxis: scatter
      ? { type: "value", scale: true, name: label, axisLabel: { color: colour("soft") } }
      : { type: "category", data: rows.map(called), axisLabel: { rotate: 35, width: 110, overflow: "truncate", color: colour("soft") } },
    yAxis: { type: "value", axisLabel: { color: colour("soft") }, splitLine: { lineStyle: { color: colour("line") } } },
    series: values.slice(0, 4).map((name) => ({
      name,
      type: scatter ? "scatter" : "bar",
      data: rows.map((row) => (scatter ? [Number(row[label]?.value), Number(row[name]?.value)] : Number(row[name]?.value ?? 0))),
    })),
  });
  window.addEventListener("resize", () => chart.resize());
}
