/* On a narrow screen the sections stand in a row that scrolls: bring the current one into sight. */

const current = document.querySelector(".settings__nav [aria-current]");
const nav = current?.parentElement;
if (nav) nav.scrollLeft = current.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
