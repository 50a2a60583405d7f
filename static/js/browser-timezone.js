/* Preselects the browser's time zone in a select that nobody has answered yet. */

for (const select of document.querySelectorAll("select[data-browser-timezone]")) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const known = [...select.options].some((option) => option.value === timeZone);
  if (known && !select.querySelector("option[selected]")) select.value = timeZone;
}
