// Binds an admission to this device and shows a new code in each period, also without a network. The key is made here,
// and its private half cannot be exported: docs/admission-codes.md.

/** Time between two reads of the admission, whose holder may have entered or chosen another device, in ms. */
const READ_MS = 30_000;

/** Time between two steps of the countdown, in ms. */
const STEP_MS = 250;

/** The start of each message that a device signs. */
const DOMAIN = new TextEncoder().encode("boxoffice admission epoch v1\0");

/** The digits of base45 (RFC 9285). */
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** White modules around the symbol. */
const QUIET_ZONE = 4;

const place = document.querySelector("[data-device]");
const { device: id, credential, now, encoder, unsupported, failed } = place?.dataset ?? {};
const path = `/api/admissions/${id}`;

/** Milliseconds by which the clock of the server is ahead. */
const ahead = Number(now) - Date.now();

/** The result of a request of IndexedDB. */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Runs one command on the stored devices. */
async function stored(mode, run) {
  const opening = indexedDB.open("boxoffice", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("devices", { keyPath: "id" });
  const database = await done(opening);
  try {
    return await done(run(database.transaction("devices", mode).objectStore("devices")));
  } finally {
    database.close();
  }
}

/** A request with the visitor's session. A page renews an expired one. */
async function call(url, options) {
  const response = await fetch(url, options);
  if (response.status !== 401) {
    return response;
  }
  await fetch(location.href, { headers: { Accept: "text/html" } });
  return fetch(url, options);
}

/** Bytes as URL-safe base64. */
function base64(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes of URL-safe base64. */
function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

/** Bytes as base45. */
function base45(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length;
    let rest = isPair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
    for (let digit = 0; digit < (isPair ? 3 : 2); digit += 1) {
      text += DIGITS[rest % 45];
      rest = Math.floor(rest / 45);
    }
  }
  return text;
}

/** Binds the admission to a key of this device, and shows the page of the result. */
async function bind() {
  // A key whose record did not arrive is used again: a repeat binds nothing again.
  const known = await stored("readonly", (devices) => devices.get(id));
  const keys = known?.keys ?? (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]));
  await stored("readwrite", (devices) => devices.put({ ...known, id, keys }));
  const publicKey = base64(new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey)));
  const headers = { "Content-Type": "application/json" };
  const response = await call(`${path}/device`, { method: "POST", headers, body: JSON.stringify({ publicKey }) });
  if (response.ok) {
    const { record, credentialVersion, period } = await response.json();
    const device = { id, keys, record: bytesOf(record), credential: credentialVersion, period };
    await stored("readwrite", (devices) => devices.put(device));
  } else if ((await response.json()).code !== "not_valid") {
    throw new Error(`The device is not bound: ${response.status}`);
  }
  location.reload();
}

/** The code of a period. */
async function code({ keys, record }, epoch) {
  const content = new Uint8Array([...record, epoch >>> 24, epoch >>> 16, epoch >>> 8, epoch]);
  const message = new Uint8Array([...DOMAIN, ...content]);
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", keys.privateKey, message));
  return `BX1:${base45([...content, ...signature])}`;
}

/** The dark modules of a symbol as a path. */
function outline(rows) {
  const module = (isDark, x, y) => (isDark ? `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z` : "");
  return rows.map((row, y) => row.map((isDark, x) => module(isDark, x, y)).join("")).join("");
}

/** Keeps the screen on while the page is seen. */
function stayOn() {
  if (document.visibilityState === "visible") {
    // Refused on a low battery.
    navigator.wakeLock?.request("screen").catch(() => {});
  }
}

/** Shows the page of the present state, if this device no longer shows the code. */
async function check(device) {
  const response = await call(path).catch(() => null);
  const isOf = ({ state, credentialVersion }) => state === "valid" && credentialVersion === device.credential;
  if (response?.status === 404 || (response?.ok && !isOf(await response.json()))) {
    location.reload();
  }
}

/** Shows the codes of this device. */
async function show(device) {
  const { symbol } = await import(encoder);
  const [path, ring] = [place.querySelector(".qr path"), place.querySelector(".run")];
  let shown;
  const step = async () => {
    const seconds = (Date.now() + ahead) / 1_000;
    const epoch = Math.floor(seconds / device.period);
    ring.setAttribute("stroke-dasharray", `${device.period - (seconds % device.period)} ${device.period}`);
    if (epoch !== shown) {
      shown = epoch;
      path.setAttribute("d", outline(symbol(await code(device, epoch))));
    }
  };
  await step();
  document.querySelector(".admission").classList.add("live");
  stayOn();
  const timers = [setInterval(step, STEP_MS), setInterval(() => check(device), READ_MS)];
  const seen = () => {
    stayOn();
    // The page may have been hidden for hours.
    check(device);
  };
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", seen);
  addEventListener("pagehide", (event) => event.persisted || timers.forEach(clearInterval));
}

async function begin() {
  if (!credential) {
    // It was used, or is void.
    await stored("readwrite", (devices) => devices.delete(id));
    return;
  }
  const [button, hint] = [place.querySelector("button[type=button]"), place.querySelector("#device-hint")];
  const device = await stored("readonly", (devices) => devices.get(id)).catch(() => null);
  if (device?.record && device.credential === Number(credential)) {
    await show(device);
    return;
  }
  button.hidden = false;
  hint.hidden = false;
  button.addEventListener("click", async () => {
    button.ariaBusy = "true";
    try {
      await bind();
    } catch (error) {
      const isMissing = !globalThis.crypto?.subtle || error.name === "NotSupportedError";
      place.querySelector("[role=status]").textContent = isMissing ? unsupported : failed;
      button.ariaBusy = null;
    }
  });
}

if (place) {
  begin().catch(() => {});
}
