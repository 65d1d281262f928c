// Fetch an answer that took longer than the page, and put it in its place; look again while the search is prepared.
import { stack } from "./tables.js";

const AGAIN = 4000; // milliseconds
const place = document.querySelector("#answer[data-ask]");

if (document.getElementById("preparing")) setTimeout(() => location.reload(), AGAIN);
if (place) {
  const answer = await fetch(place.dataset.ask);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("answer");
  if (found) {
    const shown = document.importNode(found, true);
    place.replaceWith(shown);
    stack(shown);
  } else place.remove();
}
