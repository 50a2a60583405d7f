/* A text field with a list of suggestions below it (WAI-ARIA APG: combobox with a listbox popup, automatic selection).

   new Combobox(root, { ask, choose, say }) where root holds an input with role=combobox and a list with role=listbox:
     ask(text, signal)  resolves to { options: [{ value, label, text, count, said }], said }
     choose(option)     what Enter, Tab or a click took; the input is left as it is
     say(text)          tells a screen reader how many suggestions there are */

const DEBOUNCE_MS = 150;
let made = 0;

export class Combobox {
  constructor(root, { ask, choose, say, template }) {
    Object.assign(this, { root, ask, choose, say, template });
    this.input = root.querySelector("[role=combobox]");
    this.list = root.querySelector("[role=listbox]");
    this.list.id = `suggestions-${++made}`;
    this.input.setAttribute("aria-controls", this.list.id);
    this.options = [];
    this.active = -1;
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("click", () => this.show());
    // Not at once: what is pressed to leave the field must not move away from under the pointer.
    this.input.addEventListener("blur", () => setTimeout(() => document.activeElement === this.input || this.hide(), 200));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
    this.list.addEventListener("click", (event) => {
      const at = [...this.list.children].indexOf(event.target.closest("[role=option]"));
      if (at >= 0) this.take(at);
    });
  }

  get text() {
    return this.input.value.trim();
  }

  get isOpen() {
    return !this.list.hidden;
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), DEBOUNCE_MS);
  }

  /* Asks for what suits the text as it is now. What was asked before is not waited for any more. */
  async show() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.asking?.abort();
    this.asking = new AbortController();
    const { text } = this;
    const { signal } = this.asking;
    const answer = await this.ask(text, signal).catch(() => null);
    if (signal.aborted) return;
    this.shownFor = text;
    this.options = answer?.options ?? (text ? [{ value: text, label: text, text, count: "", said: "" }] : []);
    if (document.activeElement === this.input) this.open(answer?.said ?? "");
  }

  open(said) {
    this.list.replaceChildren(...this.options.map((option, at) => this.element(option, at)));
    this.list.hidden = !this.options.length;
    this.input.setAttribute("aria-expanded", String(this.isOpen));
    this.highlight(this.text && this.options.length ? 0 : -1);
    if (this.isOpen) this.list.scrollIntoView({ block: "nearest" });
    this.say(said);
  }

  element(option, at) {
    const item = this.template.content.firstElementChild.cloneNode(true);
    item.id = `${this.list.id}-${at}`;
    item.querySelector("[data-text]").textContent = option.text;
    item.querySelector("[data-count]").textContent = option.count;
    item.querySelector("[data-said]").textContent = option.said;
    return item;
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.hide();
  }

  hide() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.highlight(-1);
  }

  highlight(at) {
    this.active = at;
    [...this.list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    const item = this.list.children[at];
    if (item) {
      this.input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  take(at) {
    const option = this.options[at];
    this.close();
    this.options = [];
    this.shownFor = undefined;
    if (option) this.choose(option);
  }

  /* Takes what is typed for what it means, though its suggestions are not there yet. */
  async commit() {
    if (!this.text) return;
    if (this.shownFor !== this.text || !this.options.length) await this.show();
    const { text } = this;
    if (!this.options.length) this.options = [{ value: text, label: text }]; // another answer was asked for meanwhile
    this.take(Math.max(this.active, 0));
  }

  key(event) {
    const { key } = event;
    if (event.isComposing) return;
    if (key === "Escape" && this.isOpen) {
      this.close();
      event.preventDefault();
      event.stopPropagation(); // the dialog stays open
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (!this.isOpen) return void this.show();
      const count = this.options.length;
      const from = this.active < 0 && key === "ArrowUp" ? 0 : this.active;
      this.highlight((from + (key === "ArrowDown" ? 1 : -1) + count) % count);
    } else if (key === "Enter" && (this.text || this.active >= 0)) {
      event.preventDefault();
      if (this.active >= 0 && this.shownFor === this.text) this.take(this.active);
      else this.commit();
    }
  }
}
