// The admin's page of a periodic task: says the chosen crontab in words, beneath it.

const sentences = JSON.parse(document.getElementById("readable-crontabs").textContent);
const crontab = document.getElementById("id_crontab");
const help = document.querySelector(".field-crontab .help");

document.querySelector(".field-crontab_translation")?.remove();
if (crontab && help) {
  const sentence = help.appendChild(document.createElement("p"));
  const say = () => { sentence.textContent = sentences[crontab.value] || ""; };
  crontab.addEventListener("change", say);
  say();
}
