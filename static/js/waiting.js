/* Asks whether the first event is there, while somebody looks. The server answers with a reload when it is. */

const POLL_MS = 2000;

setInterval(() => {
  if (!document.hidden) htmx.trigger("#waiting", "pulse:refresh");
}, POLL_MS);
