// Makes the pages immediate: live stock, a countdown, and commands without a full reload. Every page and every command
// works without it.

const language = document.documentElement.lang;

/** Texts for numbers of units, from the page. */
const words = document.body.dataset;

/** Time between two reads of a page that waits for a result, in ms. */
const WAIT_MS = 2_000;
const WAIT_MAX_MS = 30_000;
const WAIT_GROWTH = 1.2;

/** Time between two reads of a page whose countdown has ended, in ms. */
const LATE_MS = 1_500;

/** Times before a stream that was refused is opened again, in ms: each is twice the last one, up to the maximum. */
const REOPEN_MIN_MS = 1_000;
const REOPEN_MAX_MS = 60_000;

/** Reads of a page at the end of its countdown: the order ends within a second or two. */
const READS_MAX = 10;

/** The page's own HTML is parsed as a document, which runs no script. */
const trusted = globalThis.trustedTypes?.createPolicy("boxoffice", { createHTML: (html) => html });

/** Stops what the present page has started. */
let stop = new AbortController();

/** Shows the main part and the navigation of another page in place of the present ones. */
function replacePage(html, url, { isNew, isWhole }) {
  const parsed = new DOMParser().parseFromString(trusted?.createHTML(html) ?? html, "text/html");
  const main = parsed.querySelector("main");
  if (main) {
    localTimes(main);
    // A page that has not changed keeps the focus, and is not read aloud again.
    if (!isWhole && document.querySelector("main").isEqualNode(main)) {
      return;
    }
  }
  // Stripe's script and that of codes belong to pages of their own; words and numbers of a whole document have one
  // language.
  if (!main || parsed.querySelector("[data-stripe], [data-device]") || parsed.documentElement.lang !== language) {
    location.assign(url);
    return;
  }
  stop.abort();
  stop = new AbortController();
  document.title = parsed.title;
  for (const part of isWhole ? ["main", "body > header", "body > footer"] : ["main"]) {
    const [old, next] = [document.querySelector(part), parsed.querySelector(part)];
    if (old && next) {
      old.replaceWith(document.adoptNode(next));
    }
  }
  if (isNew) {
    history.pushState(null, "", url);
    shownPage = location.pathname + location.search;
    scrollTo(0, 0);
  }
  begin();
}

/** Reads the present page again. Fails without a connection, for an error, and when another page replaces the present
 * one meanwhile. */
async function readAgain() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, signal: stop.signal });
  if (response.redirected) {
    location.assign(response.url);
    return;
  }
  if (!response.ok) {
    throw new Error(`The page has the status ${response.status}`);
  }
  replacePage(await response.text(), location.href, { isNew: false, isWhole: false });
}

/** Sends a form and shows the answer. The key in the form makes a repeat harmless. */
async function send(form, submitter) {
  if (form.ariaBusy === "true") {
    return;
  }
  form.ariaBusy = "true";
  submitter?.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form, submitter));
    const url = form.getAttribute("action") ?? location.href;
    const response = await fetch(url, { method: "POST", body, headers: { Accept: "text/html" } });
    const isNew = new URL(response.url).href !== location.href;
    replacePage(await response.text(), response.url, { isNew, isWhole: true });
    const field = document.querySelector("main [autofocus]");
    const notice = document.querySelector("[aria-invalid=true], [role=alert]");
    (field ?? notice ?? document.querySelector("main")).focus({ preventScroll: Boolean(field) || !notice });
    if (field) {
      // The result is above the field.
      scrollTo(0, 0);
    }
  } catch {
    // The connection was lost: the browser shows why, and repeats the command with its key.
    HTMLFormElement.prototype.submit.call(withSubmitter(form, submitter));
  }
}

/** A form that also has the value of the button, which a submission by script leaves out. */
function withSubmitter(form, submitter) {
  if (submitter?.name) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: submitter.name, value: submitter.value });
    form.append(field);
  }
  return form;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const isPlain = form.enctype === "application/x-www-form-urlencoded" && !("native" in form.dataset);
  // A page with Stripe's form is loaded as a whole, with the errors of the last attempt.
  const isWhole = document.querySelector("[data-stripe]") !== null;
  if (form.method === "post" && isPlain && !isWhole && !event.defaultPrevented) {
    event.preventDefault();
    send(form, event.submitter);
  }
});

/** The page that is shown, without its fragment. */
let shownPage = location.pathname + location.search;

addEventListener("popstate", () => {
  // Links within a page change its fragment only.
  if (location.pathname + location.search !== shownPage) {
    location.reload();
  }
});

/** The present stock of the page's tickets, and the page's order. */
function follow() {
  const shown = [...document.querySelectorAll("[data-stock]")];
  const order = document.querySelector("[data-live^='order:']");
  const ids = new Set(shown.flatMap((place) => place.dataset.stock.split(" ").filter(Boolean)));
  const topics = [...ids].slice(0, 190).map((id) => `ticket:${id}`);
  if (order && ["created", "awaiting:payment"].includes(order.dataset.status)) {
    topics.push(order.dataset.live);
  }
  if (topics.length === 0) {
    return;
  }
  const known = new Map();
  let source, timer;
  let wait = REOPEN_MIN_MS;
  const open = () => {
    source = new EventSource(`/live?topics=${topics.join()}`);
    source.addEventListener("open", () => {
      wait = REOPEN_MIN_MS;
    });
    source.addEventListener("error", () => {
      // After a lost connection the browser opens it again, but not after a response with an error.
      if (source.readyState === EventSource.CLOSED) {
        timer = setTimeout(open, wait * (1 + Math.random()));
        wait = Math.min(wait * 2, REOPEN_MAX_MS);
      }
    });
    source.addEventListener("inventory.changed", (event) => {
      const { ticketId, version, ticketVersion, available } = JSON.parse(event.data);
      const last = known.get(ticketId);
      if (last && (version < last.version || ticketVersion < last.ticketVersion)) {
        return;
      }
      known.set(ticketId, { version, ticketVersion, available });
      shown.filter((place) => place.dataset.stock.includes(ticketId)).forEach((place) => showStock(place, known));
    });
    for (const type of ["order.completed", "order.cancelled", "order.updated"]) {
      source.addEventListener(type, (event) => {
        const { status, version } = JSON.parse(event.data);
        // A second payment of an order changes its version only.
        if (order && (status !== order.dataset.status || version > Number(order.dataset.version))) {
          readAgain().catch(() => {});
        }
      });
    }
    source.addEventListener("payment.declined", () => {
      // The page of the attempt itself says why it was declined.
      if (document.querySelector("[data-waits], [data-secret]")) {
        readAgain().catch(() => {});
      }
    });
  };
  // A browser allows few connections to one host: only the tab that is seen has a stream.
  const close = () => {
    clearTimeout(timer);
    source?.close();
  };
  const adapt = () => {
    close();
    if (document.visibilityState === "visible") {
      open();
    }
  };
  document.addEventListener("visibilitychange", adapt, { signal: stop.signal });
  addEventListener("pagehide", close, { signal: stop.signal });
  addEventListener("pageshow", (event) => event.persisted && adapt(), { signal: stop.signal });
  stop.signal.addEventListener("abort", close);
  adapt();
}

/** Whether something is typed or chosen on the page, which reading it again would lose. */
function hasInput() {
  const main = document.querySelector("main");
  const fields = [...main.querySelectorAll("input[type=number], textarea")];
  return main.contains(document.activeElement) || fields.some(({ value }) => !["", "0"].includes(value.trim()));
}

/** Shows the units left of a ticket, or of all tickets of a show, once all are known. */
function showStock(place, known) {
  const ids = place.dataset.stock.split(" ");
  if (!ids.every((id) => known.has(id))) {
    return;
  }
  const units = ids.reduce((sum, id) => sum + known.get(id).available, 0);
  const number = units.toLocaleString(language);
  const text = units === 0 ? words.soldOut : words.unitsLeft.replace("{units}", number);
  const before = place.textContent;
  if (before === text) {
    return;
  }
  place.textContent = text;
  place.classList.toggle("few", units > 0 && units <= 10);
  place.classList.remove("changed");
  requestAnimationFrame(() => place.classList.add("changed"));
  place.closest(".ticket")?.classList.toggle("out", units === 0);
  const input = place.closest(".choice")?.querySelector("input[type=number]");
  if (input) {
    input.max = Math.min(units, 100);
    input.disabled = units === 0;
    if (Number(input.value) > units) {
      input.value = units;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  } else if (before === words.soldOut && place.closest(".choice") && !hasInput()) {
    // It can be ordered again.
    readAgain().catch(() => {});
  }
}

/** Reads of a page whose time has passed, which still shows the order as open. */
let lateReads = 0;

/** Counts the seconds to pay, by the time of the server. */
function countDown() {
  const clock = document.querySelector("[data-left]");
  if (!clock) {
    return;
  }
  const ends = performance.now() + Number(clock.dataset.left) * 1_000;
  const [count, ring] = [clock.querySelector("[data-count]"), clock.querySelector(".run")];
  const whole = Number(clock.dataset.window);
  lateReads = Number(clock.dataset.left) > 0 ? 0 : lateReads;
  let timer;
  stop.signal.addEventListener("abort", () => clearTimeout(timer));
  const readLate = () => {
    lateReads += 1;
    if (lateReads <= READS_MAX) {
      timer = setTimeout(() => readAgain().catch(readLate), LATE_MS);
    }
  };
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1_000));
    const [minutes, seconds] = [Math.floor(left / 60), String(left % 60).padStart(2, "0")];
    count.textContent = `${minutes}:${seconds}`;
    ring?.setAttribute("stroke-dasharray", `${Math.min(left, whole)} ${whole}`);
    if (left > 0) {
      timer = setTimeout(tick, 250);
    } else {
      readLate();
    }
  };
  tick();
}

/** Reads a page again that waits for a payment, each time after a longer pause; not while the visitor's command or the
 * page of a bank is under way. */
function awaitResult(wait = WAIT_MS) {
  if (document.querySelector("[data-waits]")) {
    const { signal } = stop;
    const again = () => signal.aborted || awaitResult(Math.min(wait * WAIT_GROWTH, WAIT_MAX_MS));
    const isBusy = () => document.querySelector("main [aria-busy=true]");
    const timer = setTimeout(() => (isBusy() ? again() : readAgain().then(again, again)), wait);
    signal.addEventListener("abort", () => clearTimeout(timer));
  }
}

/** Buttons for quantities, and their total. */
function step() {
  for (const place of document.querySelectorAll(".step")) {
    const input = place.querySelector("input");
    const button = (text, label, by) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: text, ariaLabel: `${label}: ${input.ariaLabel}` });
      button.addEventListener("click", () => {
        input.value = Math.min(Number(input.max), Math.max(0, Number(input.value) + by));
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
      return button;
    };
    input.before(button("−", words.oneLess, -1));
    input.after(button("+", words.oneMore, 1));
  }
  document.querySelectorAll("[data-buy]").forEach((form) => {
    form.classList.add("stepped");
    const sum = form.querySelector("[data-sum]");
    if (!sum) {
      return;
    }
    const add = () => {
      const chosen = [...form.querySelectorAll("input[data-minor]")].filter((input) => Number(input.value) > 0);
      const currencies = new Set(chosen.map((input) => input.dataset.currency));
      const [first] = chosen;
      sum.hidden = currencies.size !== 1;
      if (first && currencies.size === 1) {
        const minor = chosen.reduce((all, { value, dataset }) => all + Number(value) * Number(dataset.minor), 0);
        const style = { style: "currency", currency: first.dataset.currency.toUpperCase() };
        const digits = Number(first.dataset.digits);
        const format = new Intl.NumberFormat(language, { ...style, minimumFractionDigits: digits });
        sum.querySelector("output").textContent = format.format(minor / 10 ** digits);
      }
    };
    form.addEventListener("input", add);
    add();
  });
}

/** Times that belong to no venue, in the visitor's zone. */
function localTimes(root) {
  const full = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const ofDay = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
  for (const time of root.querySelectorAll("time[data-local]")) {
    const format = time.dataset.local === "time" ? ofDay : full;
    time.textContent = format.format(new Date(time.dateTime));
  }
}

/** Counts the seconds until a repeat is not one too many. */
function countWait() {
  const place = document.querySelector("[data-wait]");
  if (place) {
    let left = Number(place.dataset.wait);
    const timer = setInterval(() => {
      left = Math.max(0, left - 1);
      place.textContent = place.dataset.text.replace("{seconds}", left.toLocaleString(language));
      if (left === 0) {
        clearInterval(timer);
      }
    }, 1_000);
    stop.signal.addEventListener("abort", () => clearInterval(timer));
  }
}

function begin() {
  follow();
  countDown();
  awaitResult();
  step();
  localTimes(document);
  countWait();
}

begin();
