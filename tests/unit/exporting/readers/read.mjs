// Read an export with the program it is for and say what that program sees: node read.mjs KIND FILE MODULES
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [kind, path, modules] = process.argv.slice(2);
const require = createRequire(`${modules}/x.js`);
const text = readFileSync(path, "utf8");

const readers = {
  async mermaid() {
    const { JSDOM } = require("jsdom");
    const { window } = new JSDOM("");
    Object.assign(globalThis, { window, document: window.document });
    const { default: mermaid } = await import(`${modules}/node_modules/mermaid/dist/mermaid.core.mjs`);
    await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const vertices = [...db.getVertices().values()];
    return { nodes: vertices.length, edges: db.getEdges().length, labels: vertices.map((vertex) => vertex.text) };
  },
  async cytoscape() {
    const cytoscape = require("cytoscape");
    const graph = cytoscape({ headless: true, ...JSON.parse(text) });
    return {
      nodes: graph.nodes().length,
      edges: graph.edges().length,
      labels: graph.nodes().map((node) => node.data("name")),
      loose: graph.edges().filter((edge) => edge.source().empty() || edge.target().empty()).length,
    };
  },
  async g6() {
    const { Graph } = require("@antv/graphlib"); // the model of G6 5: it throws for repeated ids and missing ends
    const graph = new Graph(JSON.parse(text));
    const nodes = graph.getAllNodes();
    return { nodes: nodes.length, edges: graph.getAllEdges().length, labels: nodes.map((node) => node.data.label) };
  },
  async echarts() {
    const echarts = require("echarts");
    const { nodes, links, categories } = JSON.parse(text);
    const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 800, height: 600 });
    chart.setOption({ animation: false, series: [{ type: "graph", layout: "circular", nodes, links, categories }] });
    const graph = chart.getModel().getSeriesByIndex(0).getGraph();
    const labels = graph.nodes.map((node) => nodes[node.dataIndex].name);
    return { nodes: graph.nodes.length, edges: graph.edges.length, labels, svg: chart.renderToSVGString().length };
  },
  async gexf() {
    const Graph = require("graphology");
    const graph = require("graphology-gexf").parse(Graph, text, { allowMissingNodes: false });
    const labels = graph.mapNodes((node, attributes) => attributes.label);
    return { nodes: graph.order, edges: graph.size, labels, colors: new Set(graph.mapNodes((n, a) => a.color)).size };
  },
  async cypher() {
    const { lintCypherQuery } = require("@neo4j-cypher/language-support"); // the parser and checks of Neo4j itself
    const { diagnostics } = lintCypherQuery(text, {});
    return { errors: diagnostics.filter((each) => each.severity === 1).map((each) => each.message) };
  },
};

console.log(JSON.stringify(await readers[kind]()));
process.exit(0);
