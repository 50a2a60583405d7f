/* The numbers in the list of projects: when they could not be asked for at all, that is said, and can be tried again. */

const isNumbers = (event) => event.target.matches?.("[data-numbers]");

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => isNumbers(event) && show(true));
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (isNumbers(event) && event.detail.successful) show(false);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#numbers-failed [data-retry]")) {
    document.querySelector("[data-numbers]").dispatchEvent(new Event("retry"));
  }
});

function show(hasFailed) {
  document.getElementById("numbers-failed").hidden = !hasFailed;
  document.getElementById("project-list").classList.toggle("is-failed", hasFailed);
}
