/* Sets the chosen theme before the first paint. A classic script in <head>: a module would run too late and flash. */
(() => {
  try {
    const chosen = localStorage.getItem("pulse-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    /* Storage is refused: the system's theme it is. */
  }
})();
