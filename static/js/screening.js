// "Add my address": one more line in the list of addresses, unless it stands there already.
for (const button of document.querySelectorAll("[data-add-line]")) {
  const list = document.getElementById(button.dataset.addTo);
  const lines = () => list.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const isThere = () => lines().includes(button.dataset.addLine);
  const label = () => (button.disabled = isThere());
  button.addEventListener("click", () => {
    list.value = [...lines(), button.dataset.addLine].join("\n");
    label();
    list.focus();
  });
  list.addEventListener("input", label);
  button.hidden = false;
  label();
}
