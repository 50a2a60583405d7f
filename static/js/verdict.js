// The tracker would say the browser's time zone, by which a country is found where the address tells none: so do we.
const form = document.querySelector("[data-asks-timezone]");
const field = form?.querySelector("[data-timezone]");
if (field) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  if (field.value && "needsTimezone" in form.dataset) form.requestSubmit();
}
