// The SPARQL editor: run, show the result as table, chart or graph, and tell how to ask from elsewhere.
import { load, make, say } from "./page.js";
import { showChart } from "./chart.js";
import { arrange, cut, draw } from "./net.js";

const form = document.getElementById("editing");
const area = document.getElementById("query");
const outcome = document.getElementById("outcome");
const status = document.getElementById("status");
const doubts = document.getElementById("doubts");
const tabs = outcome.querySelector("[role=tablist]");
const stop = document.getElementById("stop");
const ROWS = 1000;
let running = null;
let drawn = {};
let solutions = null;
let asked = "";

// ---------------------------------------------------------------- the editor

let editor = null;
const terms = { prefixes: {}, terms: [] };
fetch("/query/terms").then((answer) => answer.json()).then((found) => Object.assign(terms, found));

function complete(context) {
  const word = context.matchBefore(/[A-Za-z_][\w-]*:[\w.-]*|[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff-]*/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const typed = word.text.toLowerCase();
  const fits = terms.terms.filter(({ term, label }) => term.toLowerCase().includes(typed) || label.includes(word.text));
  const variables = [...new Set(area.value.match(/[?$]\w+/g) ?? [])].map((name) => ({ label: name, type: "variable" }));
  const options = fits.slice(0, 200).map(({ term, label, comment }) => ({ label: term, detail: label, info: comment || undefined, type: "property" }));
  return { from: word.from, options: [...options, ...variables], filter: false };
}

const host = document.getElementById("editor");
if (window.SparqlEditor) {
  host.hidden = false;
  area.hidden = true;
  editor = window.SparqlEditor.open({
    parent: host,
    text: area.value,
    label: document.querySelector("label[for=query]").textContent,
    complete,
    changed: (text) => { area.value = text; },
    run: () => form.requestSubmit(),
  });
}
area.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

// ---------------------------------------------------------------- running

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  running?.abort();
  running = new AbortController();
  const query = area.value;
  const started = performance.now();
  status.textContent = say("正在查询……", "Running …");
  stop.hidden = false;
  try {
    const answer = await fetch("/sparql", {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json, text/turtle;q=0.5" },
      body: query,
      signal: running.signal,
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    await (answer.ok ? succeed(query, answer, seconds) : fail(answer));
  } catch (error) {
    if (error.name !== "AbortError") status.textContent = say("没有得到回答：", "No answer: ") + error.message;
    else status.textContent = say("已停止。", "Stopped.");
  } finally {
    stop.hidden = true;
  }
});
stop.addEventListener("click", () => running?.abort());

// Mark words that are wrong or can find nothing, and say what to write instead.
function doubt(words, listed = words) {
  const shown = words.map((each) => ({ ...each, message: say(each.message, each.message_en) }));
  if (editor) window.SparqlEditor.mark(editor, shown);
  doubts.replaceChildren(...listed.map((each) => make("li", {}, say(`第 ${each.line} 行：${each.message}`, `Line ${each.line}: ${each.message_en}`))));
  doubts.hidden = !listed.length;
}

async function fail(answer) {
  const problem = await answer.json();
  doubt("line" in problem ? [{ ...problem, message: problem.reason, message_en: problem.reason_en }] : [], []);
  tabs.hidden = true;
  for (const pane of outcome.querySelectorAll("[role=tabpanel]")) pane.hidden = true;
  status.textContent = say(`${problem.title}：${problem.detail}`, `${problem.title_en}: ${problem.detail_en}`);
}

async function succeed(query, answer, seconds) {
  const version = (answer.headers.get("ETag") ?? "").replaceAll('"', "").slice(0, 16) || outcome.dataset.version;
  const permalink = `/query?${new URLSearchParams({ query, version: outcome.dataset.version })}`;
  document.getElementById("permalink").href = permalink;
  history.replaceState(null, "", permalink);
  const graph = !(answer.headers.get("Content-Type") ?? "").includes("json");
  drawn = {};
  asked = query;
  solutions = null;
  if (graph) {
    const text = await answer.text();
    doubt([]);
    showText(text);
    status.textContent = say(`图，${text.length} 字符，${seconds} 秒`, `Graph, ${text.length} characters, ${seconds} s`);
  } else {
    const result = await answer.json();
    doubt(result.warnings ?? []);
    if ("boolean" in result) {
      showText(String(result.boolean));
      status.textContent = `ASK：${result.boolean}，${seconds} s`;
    } else {
      solutions = result;
      const rows = result.results.bindings.length;
      const cutOff = answer.headers.get("X-Result-Truncated");
      status.textContent = say(`${rows} 行，${seconds} 秒`, `${rows} rows, ${seconds} s`)
        + (cutOff ? say("；结果不完整，已达上限", "; cut at the limit") : "");
      showTable(result);
    }
  }
  outcome.dataset.ready = version;
  showCode(query);
  showDownloads(query, graph);
  tabs.hidden = false;
  choose("table");
  status.scrollIntoView({ block: "nearest" });
}

// ---------------------------------------------------------------- panes

function pane(name) {
  return document.getElementById(`pane-${name}`);
}

function showText(text) {
  pane("table").replaceChildren(make("pre", { tabindex: "0" }, text.slice(0, 200000)));
}

function term(value) {
  if (!value) return "";
  if (value.type !== "uri") return value.value;
  return make("a", { href: `/entity?iri=${encodeURIComponent(value.value)}` }, shorten(value.value));
}

export function shorten(iri) {
  for (const [prefix, start] of Object.entries(terms.prefixes)) {
    if (iri.startsWith(start)) return `${prefix}:${iri.slice(start.length)}`;
  }
  return iri.length > 60 ? `…${iri.slice(-50)}` : iri;
}

function showTable({ head, results }) {
  const body = make("tbody");
  for (const row of results.bindings.slice(0, ROWS)) {
    body.append(make("tr", {}, ...head.vars.map((name) => make("td", {}, term(row[name])))));
  }
  const table = make("table", {},
    make("thead", {}, make("tr", {}, ...head.vars.map((name) => make("th", { scope: "col" }, name)))), body);
  const parts = [make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("结果", "Result") }, table)];
  if (results.bindings.length > ROWS) {
    parts.unshift(make("p", { class: "box notice" }, say(`只显示前 ${ROWS} 行，全部请下载。`, `The first ${ROWS} rows; download for all.`)));
  }
  pane("table").replaceChildren(...parts);
}

function showCode(query) {
  const endpoint = outcome.dataset.endpoint;
  const quoted = query.replaceAll("'", "'\\''");
  const curl = `curl --data-binary '${quoted}' \\\n  -H 'Content-Type: application/sparql-query' -H 'Accept: text/csv' \\\n  ${endpoint}`;
  const python = `import json, urllib.request\n\nquery = ${JSON.stringify(query)}\nrequest = urllib.request.Request("${endpoint}", query.encode(), {\n    "Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"})\nfor row in json.load(urllib.request.urlopen(request))["results"]["bindings"]:\n    print({name: term["value"] for name, term in row.items()})`;
  pane("code").replaceChildren(
    make("h3", {}, "curl"), make("pre", { tabindex: "0" }, curl), make("h3", {}, "Python"), make("pre", { tabindex: "0" }, python));
}

function showDownloads(query, graph) {
  const formats = graph ? ["turtle", "ntriples", "jsonld", "rdfxml"] : ["csv", "tsv", "json", "xml"];
  const links = formats.map((format) => make("a", { href: `/sparql?${new URLSearchParams({ query, format })}`, download: `result.${format}` }, format));
  const place = document.getElementById("downloads");
  place.replaceChildren(say("下载：", "Download: "), ...links.flatMap((link) => [link, " "]));
  place.hidden = false;
}

async function showNet() {
  const place = pane("net");
  const edges = solutions ? pairs(solutions) : [];
  if (!edges.length) {
    place.replaceChildren(make("p", {}, say("结果里没有两列以上的节点可画。", "The result has no two columns of nodes to draw.")));
    return;
  }
  if (!window.cytoscape) {
    document.head.append(make("link", { rel: "stylesheet", id: "__________cytoscape_stylesheet", href: outcome.dataset.drawingCss }));
    await load(outcome.dataset.cytoscape);
  }
  const box = make("div", { class: "drawing", role: "img", "aria-label": say("结果的关系图", "Result as a graph") });
  place.replaceChildren(box);
  const nodes = new Map();
  for (const edge of edges) for (const end of ["source", "target"]) nodes.set(edge[end], { id: edge[end], label: cut(shorten(edge[end]), 30) });
  arrange(draw(box, [...nodes.values()], edges));
}

function pairs({ head, results }) {
  const edges = new Map();
  for (const row of results.bindings.slice(0, 300)) {
    const nodes = head.vars.filter((name) => row[name]?.type === "uri");
    if (nodes.length < 2) continue;
    const [from, middle, to] = nodes.length > 2 ? nodes : [nodes[0], null, nodes[1]];
    const edge = { source: row[from].value, target: row[to].value, label: middle ? shorten(row[middle].value) : to };
    edges.set(`${edge.source} ${edge.label} ${edge.target}`, edge);
  }
  return [...edges.values()].slice(0, 200);
}

// ---------------------------------------------------------------- tabs

const buttons = [...tabs.querySelectorAll("[role=tab]")];
const painters = { chart: () => showChart(pane("chart"), asked, solutions, outcome.dataset.echarts), net: showNet };

function choose(name) {
  for (const button of buttons) {
    const chosen = button.id === `tab-${name}`;
    button.setAttribute("aria-selected", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
    pane(button.id.slice(4)).hidden = !chosen;
  }
  if (painters[name] && !drawn[name]) {
    drawn[name] = true;
    painters[name]();
  }
}
for (const [position, button] of buttons.entries()) {
  button.addEventListener("click", () => choose(button.id.slice(4)));
  button.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = buttons[(position + step + buttons.length) % buttons.length];
    next.focus();
    choose(next.id.slice(4));
  });
}
outcome.dataset.open = "true";
