// Numbers and times as people read them, and the making of elements.

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** 12,345 as it is, millions shortened; a dash where nothing is known. */
export function count(value) {
  if (value === null || value === undefined) {
    return "–";
  }
  if (Math.abs(value) >= 1e6) {
    return compact.format(value);
  }
  return Math.abs(value) < 10 && !Number.isInteger(value) ? tenth.format(value) : whole.format(value);
}

export function bytes(value) {
  if (value === null || value === undefined || value < 0) {
    return "–";
  }
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${count(Math.round((value / 1024 ** power) * 10) / 10)} ${units[power]}`;
}

/** The two largest units of a span of time. */
export function duration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const parts = [
    [Math.floor(s / 86400), "d"],
    [Math.floor(s / 3600) % 24, "h"],
    [Math.floor(s / 60) % 60, "min"],
    [s % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) {
    return "0 s";
  }
  return parts
    .slice(first, first + 2)
    .filter(([value], index) => index === 0 || value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(" ");
}

/** ACKED_MEANS_QUEUED as a sentence. */
export function sentence(name) {
  const words = name.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An element with a class, attributes and children; text is never taken for markup. */
export function element(name, { className = "", ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

/** Changes text only where it differs: an unchanged page costs nothing and keeps a selection. */
export function setText(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}
