/* On a narrow screen the pages stand in a row that scrolls: bring the current one into sight. */

const current = document.querySelector(":is(.settings__nav, .project-nav) [aria-current]");
const nav = current?.parentElement;
if (nav) {
  const before = current.getBoundingClientRect().left - nav.getBoundingClientRect().left;
  nav.scrollLeft += before - (nav.clientWidth - current.offsetWidth) / 2;
}
