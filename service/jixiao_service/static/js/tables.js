// Let tables stand as lists of cards on narrow screens: each cell says its column. Without this they scroll.
const WIDE = ".heat, .printed-table, .narrow, .mix";

export function stack(root) {
  for (const table of root.querySelectorAll(`.scroll > table:not(${WIDE})`)) {
    const titles = [...table.querySelectorAll("thead th")].map((title) => title.textContent.replace(/[▲▼]/, "").trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      row.setAttribute("role", "row");
      [...row.cells].forEach((cell, place) => {
        cell.dataset.title = titles[place] ?? "";
        cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
        cell.classList.toggle("blank", cell.textContent.trim() === "");
      });
    }
    table.setAttribute("role", "table");
    for (const group of table.querySelectorAll("thead, tbody")) group.setAttribute("role", "rowgroup");
    for (const row of table.querySelectorAll("thead tr")) row.setAttribute("role", "row");
    for (const title of table.querySelectorAll("thead th")) title.setAttribute("role", "columnheader");
    table.classList.add("stacks");
  }
}

stack(document);
