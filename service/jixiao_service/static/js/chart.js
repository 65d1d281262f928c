// Show a result as a chart: what the columns of words say together across, the columns with numbers up.
import { colour, load, make, say } from "./page.js";

const BARS = 60;
const NUMBER = /#(decimal|integer|double|float|long|int|short|nonNegativeInteger)$/; // a year is no number
const PLACE = /(^|_)(line|page|table|row|order|year|number|version)$/i; // where something stands is no value
const PLACES = /(Line|Page|Table|Year|Order|Number)$/;
const OF_PLACES = "line|page|order|number|year|printing"; // properties that say where or when
const OF_MONEY = "amount|initial|adjusted|executed"; // properties in yuan
const SPREAD = 100; // by how much the largest amount exceeds the smallest, where steps are told apart on a log scale alone
const WAN = 10000;

// The variables of a query that hold one of some properties, or a sum, mean or extreme of such a variable.
function holding(query, properties) {
  const named = [...query.matchAll(new RegExp(`(?:jx:|ontology#)(?:${properties})>?\\s+[?$](\\w+)`, "g"))].map((found) => found[1]);
  const made = [...query.matchAll(/(?:SUM|AVG|MIN|MAX|SAMPLE)\s*\(\s*(?:DISTINCT\s+)?[?$](\w+)\s*\)\s*AS\s+[?$](\w+)/gi)];
  return new Set([...named, ...made.filter((found) => named.includes(found[1])).map((found) => found[2])]);
}

function quantile(sorted, share) {
  const place = (sorted.length - 1) * share;
  const low = Math.floor(place);
  return sorted[low] + (sorted[Math.ceil(place)] - sorted[low]) * (place - low);
}

export async function showChart(place, query, solutions, library) {
  const names = solutions?.head.vars ?? [];
  const every = solutions?.results.bindings ?? [];
  const rows = every.slice(0, BARS);
  const places = holding(query, OF_PLACES);
  const isValue = (name) => !PLACE.test(name) && !PLACES.test(name) && !places.has(name);
  const isNumber = (name) => rows.some((row) => row[name]) && rows.every((row) => !row[name] || NUMBER.test(row[name].datatype ?? ""));
  const values = names.filter((name) => isValue(name) && isNumber(name));
  const words = names.filter((name) => !values.includes(name) && (!isNumber(name) || /year/i.test(name)));
  const spoken = words.filter((name) => rows.some((row) => row[name]?.type === "literal"));
  const across = spoken.length ? spoken : words.slice(0, 1);
  if (!values.length || !across.length) {
    place.replaceChildren(make("p", {}, say("没有可画的数值。", "There are no numbers to draw.")));
    return;
  }
  const yuan = holding(query, OF_MONEY);
  const money = values.filter((name) => yuan.has(name));
  const shown = (money.length ? money : values).slice(0, 4); // money stands on an axis of its own
  const number = (row, name) => (row[name] ? Number(row[name].value) / (money.length ? WAN : 1) : null);
  const series = shown.map((name) => ({ name, type: "bar", data: rows.map((row) => number(row, name)) }));
  const sorted = series[0].data.filter((each) => each !== null).sort((one, other) => one - other);
  const logarithmic = money.length > 0 && series.every(({ data }) => data.every((each) => each === null || each > 0)) && sorted.at(-1) > SPREAD * sorted[0];
  const unit = money.length ? say("（万元）", " (10 000 yuan)") : "";
  const scale = logarithmic ? say("，对数刻度", ", logarithmic") : "";
  const told = [];
  if (money.length && sorted.length > 3) {
    const marks = [[0.25, "下四分位", "first quartile"], [0.5, "中位", "median"], [0.75, "上四分位", "third quartile"]];
    for (const [share, zh, en] of marks) {
      const value = quantile(sorted, share);
      told.push(`${say(zh, en)} ${value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`);
      series.push({ name: say(zh, en), type: "line", data: rows.map(() => value), symbol: "none", lineStyle: { type: "dashed", width: 1 } });
    }
  }
  if (!window.echarts) await load(library);
  const box = make("div", { class: "chart", role: "img", "aria-label": say("结果的图表；数字见表", "Result as a chart; the table has the numbers") });
  const notes = [told.length ? `${shown[0]}${unit}${say("：", ": ")}${told.join(say("，", ", "))}` : "", every.length > BARS ? say(`只画前 ${BARS} 行，共 ${every.length} 行`, `The first ${BARS} of ${every.length} rows`) : ""];
  place.replaceChildren(box, make("p", { class: "small" }, notes.filter(Boolean).join(say("。", ". "))));
  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  const soft = { color: colour("soft") };
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: colour("sans") },
    color: [colour("accent"), "#b3661a", "#1d7a58", "#6b5aa8"],
    tooltip: { trigger: "axis", renderMode: "richText" },
    legend: { textStyle: { color: colour("ink") } },
    grid: { left: 80, right: 20, bottom: 110, top: 60 },
    xAxis: { type: "category", data: rows.map((row) => across.map((name) => row[name]?.value ?? "").join(" · ")), name: across.join(" · "), nameLocation: "middle", nameGap: 85, nameTextStyle: soft, axisLabel: { rotate: 35, width: 110, overflow: "truncate", ...soft } },
    yAxis: { type: logarithmic ? "log" : "value", name: shown.join(" · ") + unit + scale, nameTextStyle: { ...soft, align: "left" }, axisLabel: soft, splitLine: { lineStyle: { color: colour("line") } } },
    series,
  });
  window.addEventListener("resize", () => chart.resize());
}
