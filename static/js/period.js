/* The period picker: says in words what is wrong with two days before they are sent, and where the picker lands. */

const EARLIEST = "2000-01-01";
const MOST_DAYS = 5 * 366;
const DAY_MS = 86_400_000;

/* The name of what is wrong, as the data attributes of the message know it; null when nothing is. */
function fault(from, to) {
  if (!from.value || !to.value) return "missing"; // also what is no date
  if (from.value < EARLIEST) return "early";
  if (from.max && from.value > from.max) return "future";
  if (to.value < from.value) return "order";
  return (new Date(to.value) - new Date(from.value)) / DAY_MS >= MOST_DAYS ? "long" : null;
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-range]");
  if (!form) return;
  const [from, to] = form.querySelectorAll('input[type="date"]');
  const message = form.querySelector("[data-missing]");
  const found = fault(from, to);
  message.hidden = !found;
  for (const input of [from, to]) input.toggleAttribute("aria-invalid", false);
  if (!found) return;
  event.preventDefault();
  message.textContent = message.dataset[found];
  const wrong = found === "order" || (found === "missing" && from.value) ? to : from;
  wrong.setAttribute("aria-invalid", "true");
  wrong.focus();
});
