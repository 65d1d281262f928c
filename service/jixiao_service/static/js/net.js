// Draw nodes and edges with cytoscape: a node is {id, label, kind}, an edge {source, target, label}.
import { colour } from "./page.js";

const CLOSEST = 1.4; // few nodes need not fill the frame
const HUES = {
  Department: "#14507a", Project: "#1d7a58", ProjectPlan: "#4f8f3a", DepartmentPlan: "#3b7ea6", Indicator: "#b3661a",
  Document: "#6b5aa8", Finding: "#b3261e", Task: "#8a6d1a", Goal: "#7d7322", FundLine: "#5c7a86", Concept: "#7a5c86",
  SourceRow: "#777f85", Link: "#c04b8c",
};

export function draw(container, nodes, edges) {
  const net = window.cytoscape({
    container,
    elements: [...nodes.map((data) => ({ data })), ...edges.map((data) => ({ data }))],
    minZoom: 0.2,
    maxZoom: 3,
    style: [
      { selector: "node", style: {
        label: (node) => cut(node.data("label"), 16), "font-size": 11, "text-valign": "bottom", "text-margin-y": 3,
        "text-wrap": "wrap", "text-max-width": 110, width: 22, height: 22, color: colour("ink"),
        "background-color": (node) => HUES[node.data("kind")] ?? "#8a949b",
        "text-background-color": colour("sheet"), "text-background-opacity": 0.75 } },
      { selector: "node.centre", style: { width: 34, height: 34, "font-weight": "bold", "font-size": 13 } },
      { selector: "edge", style: {
        label: "data(label)", "font-size": 9, color: colour("soft"), width: 1.4, "line-color": colour("line"),
        "target-arrow-color": colour("soft"), "target-arrow-shape": "triangle", "curve-style": "bezier",
        "text-rotation": "autorotate", "text-background-color": colour("sheet"), "text-background-opacity": 0.8,
        "min-zoomed-font-size": 7 } },
      { selector: ":selected", style: { "border-width": 4, "border-color": colour("mark-line"), "line-color": colour("mark-line") } },
    ],
  });
  return net;
}

export function arrange(net) {
  const ring = { name: "concentric", concentric: (node) => (node.hasClass("centre") ? 2 : 1), levelWidth: () => 1, minNodeSpacing: 40 };
  const free = { name: "cose", randomize: false, nodeRepulsion: () => 90000, idealEdgeLength: () => 110, componentSpacing: 90, nodeOverlap: 20 };
  const star = net.nodes(".centre").nonempty() && net.edges().every((edge) => edge.connectedNodes(".centre").nonempty());
  net.layout({ ...(star ? ring : free), animate: false, fit: true, padding: 40 }).run();
  if (net.zoom() > CLOSEST) {
    net.zoom(CLOSEST);
    net.center();
  }
}

export function cut(text, length) {
  const characters = [...(text ?? "")];
  return characters.length > length ? `${characters.slice(0, length).join("")}…` : characters.join("");
}
