// The page of a gate: checks codes from the camera, from a scanner that types, and from the field.

const files = document.body.dataset;

/** Time between two pictures, in ms. */
const PICTURE_MS = 120;

/** Width of the pictures that are searched for a code. */
const PICTURE_WIDTH = 640;

/** Time without a code before the same one is checked again, in ms. */
const SAME_MS = 3_000;

/** Time between two characters of a scanner, at most, in ms. */
const TYPED_MS = 1_000;

/** Time between two deliveries, in ms. */
const SYNC_MS = 20_000;

/** The id of a gate, a full stop and its secret. */
const KEY = /^[0-9a-f]{24}\.[\w-]{43}$/u;

const trusted = globalThis.trustedTypes?.createPolicy("boxoffice", { createScriptURL: (url) => url });

const place = (name) => document.querySelector(`[data-place=${name}]`);
const words = (name) => document.querySelector(`[data-words=${name}]`);

const [codes, { Door, Refused }] = await Promise.all([import(files.codes), import(files.door)]);
const door = await Door.open(codes);

/** Keeps the page for the time without a network. */
async function install() {
  if (!navigator.serviceWorker) {
    return;
  }
  const url = "/gate/worker.js";
  await navigator.serviceWorker.register(trusted?.createScriptURL(url) ?? url, { scope: "/gate" });
  await navigator.storage?.persist?.();
  const names = [location.pathname, ...document.querySelectorAll("link[href], script[src]")].map(
    (item) => item.href ?? item.src ?? item,
  );
  const urls = [...names, files.codes, files.door, files.decoder].map((url) => new URL(url, location.href).href);
  const cache = await caches.open("gate");
  await cache.addAll(urls);
  const old = (await cache.keys()).filter(({ url }) => !urls.includes(url));
  await Promise.all(old.map((request) => cache.delete(request)));
}

/** Sounds, which browsers allow after the first touch, as vibration. */
let audio;
addEventListener("pointerdown", () => {
  audio ??= new AudioContext();
  audio.resume();
  navigator.wakeLock?.request("screen").catch(() => {});
});

function signal(isGood) {
  if (navigator.userActivation?.hasBeenActive) {
    navigator.vibrate?.(isGood ? 80 : [200, 100, 200]);
  }
  if (audio?.state === "running") {
    const [tone, loudness] = [audio.createOscillator(), audio.createGain()];
    loudness.gain.value = 0.2;
    tone.frequency.value = isGood ? 880 : 196;
    tone.connect(loudness).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + (isGood ? 0.12 : 0.5));
  }
}

function show(name, detail = "") {
  const isGood = name === "admitted";
  const verdict = place("verdict");
  verdict.className = `verdict ${isGood ? "good" : "bad"}`;
  verdict.replaceChildren(...[...words(name).children].map((word) => word.cloneNode(true)));
  if (detail) {
    const line = document.createElement("p");
    line.textContent = detail;
    verdict.append(line);
  }
  verdict.dataset.result = name;
  signal(isGood);
}

function showState(name) {
  place("state").textContent = words(name).textContent.replace("{waiting}", door.waiting.toLocaleString());
  place("state").dataset.state = name;
}

function showDoor() {
  const isReady = Boolean(door.key);
  place("setup").hidden = isReady;
  place("forget").hidden = !isReady;
  if (door.bundle) {
    place("title").textContent = [door.bundle.title, door.bundle.name].filter(Boolean).join(" · ");
  }
  const { issued, used, void: gone } = door.counts ?? {};
  place("counts").textContent = door.counts ? `${used.toLocaleString()} / ${(issued - gone).toLocaleString()}` : "";
}

/** The unit of a ticket, and when it was used. */
function details({ title, unit, units, usedAt, result }) {
  const at = usedAt && result === "already_used" ? new Date(usedAt).toLocaleTimeString() : undefined;
  return [title, unit && `${unit}/${units}`, at].filter(Boolean).join(" · ");
}

let checking = Promise.resolve();

/** Checks texts one after the other. */
function take(text) {
  checking = checking.then(() => checkOne(text)).catch((error) => showProblem(error));
  return checking;
}

async function checkOne(text) {
  const given = text.trim().split("#").at(-1);
  if (KEY.test(given)) {
    await door.take(given);
    showDoor();
    await sync();
  } else if (door.key) {
    const scan = await door.check(text);
    show(scan.result, details(scan));
    showState(scan.isOnline ? "online" : "offline");
    showDoor();
  }
}

function showProblem(error) {
  if (!(error instanceof Refused)) {
    show("not_checked");
    throw error;
  }
  if (error.code === "gate_ended") {
    showState("setup");
    show("gate_ended");
  } else {
    show("not_checked", error.message);
  }
}

async function sync() {
  try {
    const conflicts = await door.sync();
    showState(door.key ? "online" : "setup");
    place("note").hidden = true;
    if (conflicts > 0) {
      showNote("conflicts", conflicts);
    }
  } catch (error) {
    const isEnded = error.code === "gate_ended";
    if (error instanceof Refused) {
      showNote(isEnded || error.code === "clock_off" ? error.code : "not_checked", 0);
    }
    showState(isEnded ? "setup" : "offline");
  }
  showDoor();
}

function showNote(name, number) {
  place("note").hidden = false;
  place("note").textContent = words(name).textContent.replace("{number}", number.toLocaleString());
}

/** Reads the codes that the camera sees. */
async function watch() {
  const video = place("video");
  const wanted = { video: { facingMode: "environment", width: { ideal: 1_280 } } };
  video.srcObject = await navigator.mediaDevices.getUserMedia(wanted);
  await video.play();
  video.hidden = false;
  place("camera").hidden = true;
  const read = await reader();
  let last = { name: undefined, seen: 0 };
  for (;;) {
    const text = await read(video).catch(() => undefined);
    const now = performance.now();
    // A rotating code changes while its holder shows it.
    const name = text && (codes.parse(text)?.admission ?? text);
    if (name && (name !== last.name || now - last.seen > SAME_MS)) {
      last = { name, seen: now };
      await take(text);
    } else if (name) {
      last.seen = now;
    }
    await new Promise((resolve) => setTimeout(resolve, PICTURE_MS));
  }
}

/** A function that reads the code of a picture. */
async function reader() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats();
  if (formats?.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  const { decodeQR } = await import(files.decoder);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    canvas.width = Math.min(PICTURE_WIDTH, video.videoWidth);
    canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
  };
}

const start = () =>
  watch().catch((error) => {
    place("camera").hidden = false;
    console.info("There is no camera", error.name);
  });

/** A scanner that types sends its characters at once, and Enter at the end, wherever the focus is. */
let typed = { text: "", at: 0 };
addEventListener("keydown", (event) => {
  if (event.target instanceof HTMLInputElement || event.ctrlKey) {
    return;
  }
  const text = event.timeStamp - typed.at < TYPED_MS ? typed.text : "";
  if (event.key === "Enter" && text) {
    event.preventDefault();
    typed.text = "";
    take(text);
  } else if (event.key.length === 1 && (text || event.key !== " ")) {
    typed = { text: text + event.key, at: event.timeStamp };
    if (event.key === " ") {
      event.preventDefault();
    }
  }
});

place("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.elements.code;
  take(field.value);
  field.value = "";
});
place("camera").addEventListener("click", start);
place("forget").addEventListener("click", async () => {
  if (confirm(words("forget").textContent)) {
    await door.forget();
    location.reload();
  }
});
addEventListener("online", sync);
setInterval(sync, SYNC_MS);

if (location.hash) {
  const key = location.hash.slice(1);
  // The key does not remain in the history of the browser.
  history.replaceState(null, "", location.pathname);
  await take(key);
} else {
  await sync();
}
showDoor();
document.documentElement.dataset.ready = "true";
install().catch(console.warn);
start();
