/* The code to embed a shared link, for the theme and background that are chosen. */

document.addEventListener("change", (event) => {
  const choice = event.target.closest("[data-embed]");
  if (!choice) return;
  const snippets = JSON.parse(choice.querySelector("script").textContent);
  const isTransparent = choice.querySelector("[data-embed-transparent]").checked;
  choice.querySelector("code").textContent =
    snippets[choice.querySelector("[data-embed-theme]").value + (isTransparent ? "+" : "")];
});
