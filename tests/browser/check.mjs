// Opens each report in Chromium at the width of a telephone and of a desk, in light and dark, and looks for what keeps people out:
// serious findings of axe, pages that scroll sideways, errors on the console, scripts that fold away what paper must show.
//
//   node check.mjs FOLDER-OF-PAGES FOLDER-OF-SCREENSHOTS
import { mkdtempSync, readdirSync, rmSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { AxeBuilder } from "@axe-core/playwright";

const [pages, screenshots] = process.argv.slice(2).map((folder) => resolve(folder));
const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };
/** Pixels of a page that a screenshot shows. */
const SHOWN = 16000;
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
/** The sample, which has every kind of block and picture, is looked at in all of these; long reports at a desk in light, on a telephone in the dark. */
const ALL = Object.keys(SIZES).flatMap((size) => ["light", "dark"].map((scheme) => [scheme, size]));
const failures = [];

/** What axe finds that keeps somebody from reading. */
async function accessibility(page, where) {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).options({ resultTypes: ["violations"] }).analyze();
  for (const violation of violations.filter((v) => ["serious", "critical"].includes(v.impact))) {
    const nodes = violation.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} (${n.any.map((a) => a.message).join("; ")})`);
    failures.push(`${where}: ${violation.id} (${violation.impact}, ${violation.nodes.length} times): ${violation.help}\n    ${nodes.join("\n    ")}`);
  }
}

/** The page is no wider than the screen. */
async function width(page, where) {
  const [wide, screen, widest] = await page.evaluate(() => {
    const screen = document.documentElement.clientWidth;
    const out = [...document.querySelectorAll("body *")].filter((e) => !e.closest(".scroll, svg, .skip"));
    const beyond = out.filter((e) => e.getBoundingClientRect().right > screen + 1 || e.getBoundingClientRect().left < -1);
    return [document.documentElement.scrollWidth, screen, beyond.slice(0, 3).map((e) => e.outerHTML.slice(0, 120))];
  });
  if (wide > screen || widest.length > 0) failures.push(`${where}: ${wide} pixels wide on a screen of ${screen}: ${widest.join(" | ")}`);
}

/** Drawings keep their words inside and apart from each other. */
async function drawings(page, where) {
  const found = await page.evaluate(() => {
    const out = [];
    for (const svg of document.querySelectorAll("figure svg[role=img]")) {
      const frame = svg.getBoundingClientRect();
      if (frame.width === 0) continue;
      const boxes = [...svg.querySelectorAll("text")].map((t) => [t, t.getBoundingClientRect()]);
      for (const [text, box] of boxes) {
        if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.bottom > frame.bottom + 2) {
          out.push(`${svg.querySelector("title").textContent.slice(0, 40)}: outside: ${text.textContent}`);
        }
      }
      for (let i = 0; i < boxes.length; i += 1) {
        for (let j = i + 1; j < boxes.length; j += 1) {
          const [a, b] = [boxes[i][1], boxes[j][1]];
          const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          const along = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
          if (across > 3 && along > Math.min(a.height, b.height) * 0.5) {
            out.push(`${svg.querySelector("title").textContent.slice(0, 40)}: one on another: ${boxes[i][0].textContent} | ${boxes[j][0].textContent}`);
          }
        }
      }
    }
    return out;
  });
  for (const words of found.slice(0, 6)) failures.push(`${where}: ${words}`);
}

/** Tables sort, filter and unfold; a page without scripts shows every row. */
async function tables(page, where) {
  const found = await page.evaluate(() => {
    const out = [];
    for (const frame of document.querySelectorAll(".table")) {
      const table = frame.querySelector("table");
      const input = frame.querySelector(".tools input");
      const visible = () => [...table.tBodies[0].rows].filter((r) => getComputedStyle(r).display !== "none").length;
      if (!input || !table.offsetParent) continue;
      const all = table.tBodies[0].rows.length;
      input.value = "no row says this";
      input.dispatchEvent(new Event("input"));
      if (visible() !== 0) out.push(`${table.id}: the filter leaves ${visible()} rows`);
      input.value = "";
      input.dispatchEvent(new Event("input"));
      const fold = frame.querySelector(".fold:not([hidden])");
      if (fold) fold.click();
      if (visible() !== all) out.push(`${table.id}: ${visible()} of ${all} rows after unfolding`);
      const order = () => [...table.tBodies[0].rows].map((r) => r.textContent).join("\n");
      const turns = (head) => {
        const button = head.querySelector("button");
        button.click();
        const up = order();
        button.click();
        if (head.getAttribute("aria-sort") !== "descending") out.push(`${table.id}: the head does not say how rows are sorted`);
        return order() !== up;
      };
      const alike = new Set([...table.tBodies[0].rows].map((r) => r.textContent)).size === 1;
      if (!alike && ![...table.tHead.rows[0].cells].map(turns).includes(true)) out.push(`${table.id}: sorting does nothing`);
    }
    return out;
  });
  for (const words of found) failures.push(`${where}: ${words}`);
}

let looks = 0;

async function look(browser, file, scheme, size) {
  looks += 1;
  const where = `${file} (${scheme}, ${size})`;
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: scheme, deviceScaleFactor: 1 });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && failures.push(`${where}: console: ${message.text()}`));
  page.on("pageerror", (error) => failures.push(`${where}: ${error.message}`));
  page.on("request", (request) => request.url().startsWith("file:") || request.url().startsWith("data:") || failures.push(`${where}: asks for ${request.url()}`));
  await page.goto(pathToFileURL(join(pages, file)).href);
  const height = Math.min(await page.evaluate(() => document.documentElement.scrollHeight), SHOWN);
  const clip = { x: 0, y: 0, width: SIZES[size].width, height };
  await page.screenshot({ path: join(screenshots, `${file}.${scheme}.${size}.png`), fullPage: true, clip });
  await width(page, where);
  await drawings(page, where);
  await accessibility(page, where);
  if (scheme === "light" && size === "desk") {
    await tables(page, where);
    await page.reload();
    await page.pdf({ path: join(screenshots, `${file}.pdf`), preferCSSPageSize: true, printBackground: true });
  }
  await context.close();
}

/** Without scripts nothing is hidden. */
async function bare(browser, file) {
  const context = await browser.newContext({ viewport: SIZES.desk, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(pathToFileURL(join(pages, file)).href);
  for (const row of await page.locator("#sites tbody tr").all()) {
    if (!(await row.isVisible())) {
      failures.push(`${file}: a row is hidden where no script runs`);
      break;
    }
  }
  await context.close();
}

const files = readdirSync(pages).filter((name) => name.endsWith(".html")).sort();
if (files.length === 0) {
  console.error(`no pages in ${pages}`);
  process.exit(1);
}
mkdirSync(screenshots, { recursive: true });
const profile = mkdtempSync(join(tmpdir(), "tierlight-browser-"));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: [...FLAGS, `--disk-cache-dir=${profile}`] });
/** Views are independent: two at a time. */
async function work(waiting) {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const sample = file.startsWith("sample.");
    const views = sample ? ALL : ALL.filter(([scheme, size]) => (scheme === "light") === (size === "desk"));
    for (const [scheme, size] of views) await look(browser, file, scheme, size);
    if (sample) await bare(browser, file);
  }
}
try {
  const waiting = [...files];
  await Promise.all([work(waiting), work(waiting)]);
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
for (const failure of failures.sort()) console.error(failure);
console.log(`${files.length} pages, ${looks} views: ${failures.length} failures`);
process.exit(failures.length === 0 ? 0 : 1);
