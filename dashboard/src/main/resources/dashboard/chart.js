// Small line charts as SVG. One point a second; the newest is on the right.

const SVG = "http://www.w3.org/2000/svg";

/** Seconds that a chart shows. */
export const HISTORY = 120;

const WIDTH = HISTORY - 1;
const HEIGHT = 100;

/** A fixed number of values, the oldest falling out; null where nothing was known. */
export class History {
  #values = new Array(HISTORY).fill(null);

  add(value) {
    this.#values.push(value);
    this.#values.shift();
  }

  get values() {
    return this.#values;
  }

  get peak() {
    return Math.max(0, ...this.#values.filter((value) => value !== null));
  }
}

/** A chart of one or more series; `classes` are theirs in the style sheet. */
export class Chart {
  #lines;
  #title;

  constructor(classes) {
    this.element = svg("svg", {
      class: "chart",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
    });
    this.#title = this.element.appendChild(svg("title"));
    this.#lines = classes.map((name) => ({
      area: this.element.appendChild(svg("path", { class: `area ${name}` })),
      line: this.element.appendChild(svg("path", { class: name })),
    }));
  }

  /** Draws the histories on one scale that begins at zero; `label` is read to those who cannot see it. */
  draw(histories, label) {
    const top = Math.max(1e-9, ...histories.map((history) => history.peak)) * 1.08;
    this.#lines.forEach(({ area, line }, index) => {
      const parts = segments(histories[index].values, top);
      line.setAttribute("d", parts.map((points) => "M" + points.join("L")).join(""));
      area.setAttribute("d", parts.map(filled).join(""));
    });
    this.#title.textContent = label;
  }
}

/** Runs of known values, each as a list of points. */
function segments(values, top) {
  const runs = [];
  let run = null;
  values.forEach((value, second) => {
    if (value === null) {
      run = null;
      return;
    }
    if (run === null) {
      run = [];
      runs.push(run);
    }
    run.push(`${second} ${(HEIGHT - (value / top) * HEIGHT).toFixed(2)}`);
  });
  return runs;
}

function filled(points) {
  const first = points[0].split(" ")[0];
  const last = points[points.length - 1].split(" ")[0];
  return `M${first} ${HEIGHT}L${points.join("L")}L${last} ${HEIGHT}Z`;
}

function svg(name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
}
