// Choose events: one box for all on the page, and buttons that wait until something is chosen.
const all = document.querySelector("[data-select-all]");
const boxes = [...document.querySelectorAll("input[name=event_id]")];
const buttons = document.querySelectorAll("[data-needs-selection]");

function show() {
  const chosen = boxes.filter((box) => box.checked).length;
  for (const button of buttons) button.disabled = chosen === 0;
  if (!all) return;
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  show();
});
for (const box of boxes) box.addEventListener("change", show);
show();
