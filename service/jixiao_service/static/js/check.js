// Let a file be dropped on the form, and say that the check is running.
import { say } from "./page.js";

const form = document.getElementById("checking");
const input = document.getElementById("file");
const status = document.getElementById("checking-status");

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
form.addEventListener("submit", () => {
  status.textContent = say("正在读取并审核……", "Reading and auditing …");
});
