"use strict";
// Tables sort, filter and fold. Everything is readable without.
(() => {
  const FOLDED = 25, FILTERED = 8;
  const language = document.documentElement.lang;
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const number = (text) => {
    const found = text.replace(/\u2212/g, "-").replace(/(\d)[,\u00a0\u202f](?=\d{3})/g, "$1").match(/-?\d+(\.\d+)?(e-?\d+)?/);
    return found ? parseFloat(found[0]) : NaN;
  };
  const key = (cell, numeric) => {
    if (!cell || cell.querySelector(".blank")) return null;
    if (cell.dataset.v !== undefined) return parseFloat(cell.dataset.v);
    if (!numeric) return cell.textContent;
    const value = number(cell.textContent);
    return Number.isNaN(value) ? null : value;
  };
  const make = (name, className, text) => {
    const element = document.createElement(name);
    element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  for (const frame of document.querySelectorAll(".table")) {
    const table = frame.querySelector("table");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    if (rows.length < 2) continue;
    const heads = Array.from(table.tHead.rows[0].cells);
    let shown = rows.length > FOLDED + 5 ? FOLDED : rows.length;
    let wanted = "";
    const more = make("button", "fold");
    const count = make("output", "count");
    const update = () => {
      let found = 0, visible = 0;
      for (const row of body.rows) {
        const match = !wanted || row.textContent.toLocaleLowerCase(language).includes(wanted);
        if (match) found += 1;
        const show = match && (wanted !== "" || visible < shown);
        if (show) visible += 1;
        row.classList.toggle("out", !match);
        row.classList.toggle("folded", match && !show);
      }
      count.textContent = wanted ? `${found} / ${rows.length}` : "";
      more.hidden = wanted !== "" || shown >= rows.length;
    };
    heads.forEach((head, at) => {
      const numeric = head.classList.contains("e");
      // the button lies over the words, so that paper repeats them at the head of each page
      const label = make("span", "sortable");
      while (head.firstChild) label.append(head.firstChild);
      label.setAttribute("aria-hidden", "true");
      const button = make("button", "sort");
      button.type = "button";
      button.setAttribute("aria-label", label.textContent);
      head.append(label, button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const keyed = rows.map((row, index) => [key(row.cells[at], numeric), index, row]);
        keyed.sort(([a, i], [b, j]) => {
          if (a === null || b === null) return (a === null) - (b === null) || i - j;
          const order = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
          return (up ? order : -order) || i - j;
        });
        body.append(...keyed.map(([, , row]) => row));
        update();
      });
    });
    if (rows.length >= FILTERED) {
      const bar = make("div", "tools");
      const label = make("label", "", frame.dataset.filter);
      const input = make("input", "");
      input.type = "search";
      input.autocomplete = "off";
      input.dir = "auto";
      label.append(" ", input);
      count.dir = "ltr";
      bar.append(label, count);
      frame.prepend(bar);
      input.addEventListener("input", () => {
        wanted = input.value.trim().toLocaleLowerCase(language);
        update();
      });
    }
    more.type = "button";
    more.append(frame.dataset.all, " ");
    const total = make("bdi", "", String(rows.length));
    total.dir = "ltr";
    more.append("(", total, ")");
    more.addEventListener("click", () => {
      shown = rows.length;
      const next = body.querySelector("tr.folded th, tr.folded td");
      update();
      if (next) {
        next.tabIndex = -1;
        next.focus();
      }
    });
    table.parentElement.after(more);
    update();
  }
})();
