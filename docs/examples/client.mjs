// Ask a running service (jixiao serve) from JavaScript: a list, SPARQL, a draft. node client.mjs [URL]
import { readFile } from "node:fs/promises";

const url = process.argv[2] ?? "http://127.0.0.1:8000";

async function get(path, parameters) {
  const answer = await fetch(`${url}${path}?${new URLSearchParams(parameters)}`, { headers: { accept: "application/json" } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status}: ${body.detail}`); // application/problem+json says what to do
  return { ...body, version: answer.headers.get("x-data-version") };
}

// 满意度目标不低于 95% 的指标，每行带出处
const list = await get("/api/v1/indicators", { q: "满意度", lower_ge: "95", limit: "5" });
for (const row of list.items) console.log(row.department, row.level3, row.target_text, `${row.document}:${row.line}`);
console.log(`${list.total} rows, data version ${list.version}`);

// SPARQL
const counted = await get("/sparql", { query: "SELECT (COUNT(*) AS ?n) { ?i a jx:Indicator }", format: "json" });
console.log(counted.results.bindings[0].n.value, "indicators");

// 检查稿子，不入库
const form = new FormData();
form.append("file", new Blob([await readFile(new URL("draft.txt", import.meta.url))]), "draft.txt");
const checked = await (await fetch(`${url}/api/v1/check`, { method: "POST", body: form })).json();
console.log(JSON.stringify(checked).includes("R203") ? "R203 found" : "no R203");
