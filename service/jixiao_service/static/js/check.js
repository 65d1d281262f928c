// Check the files that are chosen or dropped one after another, and show what is found of each; nothing is kept.
import { english, make, say } from "./page.js";
import { stack } from "./tables.js";

const form = document.getElementById("checking");
const input = document.getElementById("file");
const status = document.getElementById("checking-status");
const results = document.getElementById("results");

for (const name of ["dragover", "dragleave", "drop"]) {
  form.addEventListener(name, (event) => {
    event.preventDefault();
    form.classList.toggle("over", name === "dragover");
  });
}
form.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  form.requestSubmit();
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const files = [...input.files];
  const listed = event.submitter?.hasAttribute("formaction");
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  if (!listed) {
    results.replaceChildren();
    for (const other of document.querySelectorAll("#result, [role=alert]")) other.remove();
  }
  try {
    for (const [place, file] of files.entries()) {
      status.textContent = say(`正在检查 ${place + 1}/${files.length}：${file.name}`, `Checking ${place + 1} of ${files.length}: ${file.name}`);
      await (listed ? download(file) : check(file, place));
    }
    status.textContent = say(`已检查 ${files.length} 份。`, `${files.length} checked.`);
  } catch (error) {
    status.textContent = say("没有连上服务，请稍后再试。", "The service cannot be reached; try again later.");
  }
  for (const button of form.querySelectorAll("button")) button.disabled = false;
});

function send(address, file) {
  const body = new FormData();
  body.append("file", file);
  return fetch(address, { method: "POST", body, headers: { Accept: "text/html" } });
}

async function check(file, place) {
  const answer = await send(english ? "/check?lang=en" : "/check?lang=zh", file);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector("#result") ?? page.querySelector("main [role=alert]") ?? page.querySelector("main h1");
  const shown = document.importNode(found, true);
  if (place) shown.removeAttribute("id");
  shown.classList.add("result");
  if (shown.tagName !== "SECTION") shown.prepend(make("b", {}, `${file.name}：`));
  const list = shown.querySelector(".list-of");
  if (list) {
    list.hidden = false;
    list.firstElementChild.addEventListener("click", (event) => {
      event.preventDefault();
      download(file);
    });
  }
  results.append(shown);
  stack(shown);
}

async function download(file) {
  const answer = await send("/check/list", file);
  if (!answer.ok) {
    status.textContent = say(`${file.name} 读不出来。`, `${file.name} cannot be read.`);
    return;
  }
  const address = URL.createObjectURL(await answer.blob());
  make("a", { href: address, download: `${file.name.replace(/\.[^.]*$/, "")} 整改清单.xlsx` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
