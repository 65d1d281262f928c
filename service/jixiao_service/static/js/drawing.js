// The graph view: draw the neighbourhood, expand a node on click, say why an edge is there.
import { make, say } from "./page.js";
import { arrange, cut, draw } from "./net.js";

const MOST = 200;
const container = document.getElementById("drawing");
const about = document.getElementById("drawing-about");
const first = JSON.parse(document.getElementById("drawing-data").textContent);

function elements(found) {
  const nodes = [{ id: found.iri, label: found.label, kind: found.kind, type: found.type, path: found.path }];
  const edges = [];
  for (const edge of found.edges) {
    nodes.push({ id: edge.node, label: edge.label, kind: edge.kind, type: edge.type, path: edge.path });
    const [source, target] = edge.out ? [found.iri, edge.node] : [edge.node, found.iri];
    edges.push({ id: `${source} ${edge.property} ${target}`, source, target, label: edge.property });
  }
  return { nodes, edges };
}

function unique(items) {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

const started = elements(first);
const net = draw(container, unique(started.nodes), unique(started.edges));
net.getElementById(first.iri).addClass("centre");
arrange(net);

const expanded = new Set([first.iri]);

async function expand(id) {
  const answer = await fetch(`/graph/neighbours?iri=${encodeURIComponent(id)}`);
  if (!answer.ok) return say("没有取到邻近的节点。", "The neighbours could not be fetched.");
  const found = elements(await answer.json());
  const fresh = unique(found.nodes).filter((node) => net.getElementById(node.id).empty());
  const left = MOST - net.nodes().length;
  const { x, y } = net.getElementById(id).position();
  fresh.slice(0, Math.max(0, left)).forEach((node, position, all) => {
    const angle = (2 * Math.PI * position) / all.length;
    net.add({ group: "nodes", data: node, position: { x: x + 120 * Math.cos(angle), y: y + 120 * Math.sin(angle) } });
  });
  for (const edge of unique(found.edges)) {
    const ends = [edge.source, edge.target].every((end) => net.getElementById(end).nonempty());
    if (ends && net.getElementById(edge.id).empty()) net.add({ group: "edges", data: edge });
  }
  expanded.add(id);
  arrange(net);
  return fresh.length > left
    ? say(`最多显示 ${MOST} 个节点，其余请看它自己的图。`, `At most ${MOST} nodes are shown; see its own graph for the rest.`)
    : "";
}

net.on("tap", "node", async (event) => {
  const data = event.target.data();
  const note = expanded.has(data.id) ? "" : await expand(data.id);
  about.replaceChildren(
    make("p", {}, make("b", {}, cut(data.label, 300)), " ", make("small", {}, data.type ?? "")),
    make("p", {}, make("a", { href: data.path }, say("打开此页", "Open its page"))),
    make("p", {}, make("a", { href: `/graph?iri=${encodeURIComponent(data.id)}` }, say("以它为中心", "Centre here"))),
    make("p", {}, note),
  );
});

net.on("tap", "edge", (event) => {
  const edge = event.target;
  about.replaceChildren(
    make("p", {}, make("b", {}, say("为什么相连", "Why they are linked"))),
    make("p", {}, cut(edge.source().data("label"), 120)),
    make("p", {}, `→ ${edge.data("label")} →`),
    make("p", {}, cut(edge.target().data("label"), 120)),
    make("p", {}, say("这是图谱中的一条陈述；来源见两端的页面。", "A statement of the graph; its source is on the pages of both ends.")),
  );
});

const save = document.getElementById("drawing-save");
save.hidden = false;
save.addEventListener("click", () => {
  make("a", { href: net.png({ full: true, scale: 2, bg: getComputedStyle(container).backgroundColor }), download: "graph.png" }).click();
});
container.dataset.ready = "true";
