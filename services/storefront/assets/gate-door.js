// The door of a gate: its key, the knowledge to check codes without a network, and the scans to be delivered, kept on
// the device. The server decides while it responds; otherwise the device does, and delivers its scans later.

/** Time for a response before the device decides by itself, in ms. */
const RESPONSE_MS = 3_000;

/** Scans in one delivery: few enough for a slow connection. */
const SCANS_MAX = 50;

/** Parts of a bundle, of 500 admissions each: more than the units of any show. */
const PARTS_MAX = 1_000;

const STORES = ["kept", "credentials", "scans"];

const done = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });

async function open() {
  const request = indexedDB.open("gate", 1);
  request.addEventListener("upgradeneeded", () => STORES.forEach((name) => request.result.createObjectStore(name)));
  return done(request);
}

/** Writes pairs of keys and values in one transaction. */
function write(database, name, pairs) {
  const transaction = database.transaction(name, "readwrite");
  const store = transaction.objectStore(name);
  pairs.forEach(([key, value]) => (value === undefined ? store.delete(key) : store.put(value, key)));
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", resolve);
    transaction.addEventListener("abort", () => reject(transaction.error));
  });
}

async function entries(database, name) {
  const store = database.transaction(name).objectStore(name);
  const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
  return new Map(keys.map((key, at) => [key, values[at]]));
}

/** A response with a problem. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail);
    Object.assign(this, { status, code: problem.code });
  }
}

export class Door {
  #database;
  #codes;
  #credentials;
  #scans;
  #syncing = false;

  /** The door of this device; without a key until one is taken. */
  static async open(codes) {
    const door = new Door();
    door.#codes = codes;
    door.#database = await open();
    const kept = await entries(door.#database, "kept");
    [door.key, door.bundle] = [kept.get("key"), kept.get("bundle")];
    door.#credentials = await entries(door.#database, "credentials");
    door.#scans = await entries(door.#database, "scans");
    return door;
  }

  /** Scans to be delivered. */
  get waiting() {
    return this.#scans.size;
  }

  /** Takes the key of a gate: its id, a full stop and its secret. */
  async take(key) {
    if (key !== this.key) {
      await this.forget();
      this.key = key;
      await write(this.#database, "kept", [["key", key]]);
    }
  }

  /** Forgets the key and everything else. */
  async forget() {
    for (const name of STORES) {
      await done(this.#database.transaction(name, "readwrite").objectStore(name).clear());
    }
    [this.key, this.bundle, this.counts] = [];
    this.#credentials.clear();
    this.#scans.clear();
  }

  async #request(path, body) {
    const headers = { Authorization: `Bearer ${this.key}`, "Content-Type": "application/json" };
    const response = await fetch(path, {
      method: body ? "POST" : "GET",
      headers,
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(RESPONSE_MS),
    });
    if (response.ok) {
      return response.json();
    }
    // Overload and outages are as a lost connection.
    if (response.status >= 500 || response.status === 429) {
      throw new Error(`The status is ${response.status}`);
    }
    throw new Refused(response.status, await response.json());
  }

  /** The time of the server. */
  #now() {
    return Date.now() + (this.bundle?.offset ?? 0);
  }

  /** Checks a code. The result is of the server, or of the device if the server does not respond. */
  async check(text) {
    const [scanId, at] = [crypto.randomUUID(), this.#now()];
    try {
      const scan = await this.#request("/api/check-ins", { code: text, scanId });
      if (scan.admissionId && ["admitted", "already_used"].includes(scan.result)) {
        await this.#use(scan.admissionId);
      }
      return { ...scan, isOnline: true };
    } catch (error) {
      if (error instanceof Refused) {
        throw error;
      }
      return this.#checkAlone({ text, scanId, at });
    }
  }

  async #checkAlone({ text, scanId, at }) {
    if (!this.bundle) {
      return { result: "not_checked", isOnline: false };
    }
    const code = this.#codes.parse(text);
    const result = code ? await this.#codes.check(code, this.bundle, this.#credentials, at) : "forged";
    if (result === "admitted") {
      const scan = { code: text, scanId, at: new Date(at).toISOString() };
      // The scan is kept before its holder enters.
      await write(this.#database, "scans", [[scanId, scan]]);
      this.#scans.set(scanId, scan);
      await this.#use(code.admission);
    }
    return { result, isOnline: false };
  }

  /** No code of the admission enters here any more. */
  async #use(admission) {
    const known = this.#credentials.get(admission) ?? { credentialVersion: 1 };
    if (this.counts && known.state !== "used") {
      this.counts.used += 1;
    }
    await this.#keep([[admission, { ...known, state: "used" }]]);
  }

  async #keep(credentials) {
    await write(this.#database, "credentials", credentials);
    credentials.forEach(([admission, credential]) => this.#credentials.set(admission, credential));
  }

  /** Delivers scans and reads the bundle and the counts. Returns the number of conflicts. */
  async sync() {
    if (this.#syncing || !this.key) {
      return 0;
    }
    this.#syncing = true;
    try {
      const conflicts = await this.#deliver();
      await this.#read();
      this.counts = await this.#request("/api/check-ins/counts");
      return conflicts;
    } finally {
      this.#syncing = false;
    }
  }

  async #deliver() {
    let conflicts = 0;
    while (this.#scans.size > 0) {
      const scans = [...this.#scans.values()].slice(0, SCANS_MAX);
      const results = await this.#request("/api/check-ins/batch", { scans });
      conflicts += results.filter(({ result }) => result !== "admitted").length;
      await write(this.#database, "scans", scans.map(({ scanId }) => [scanId, undefined]));
      scans.forEach(({ scanId }) => this.#scans.delete(scanId));
    }
    return conflicts;
  }

  async #read() {
    const [id] = this.key.split(".");
    const since = this.bundle ? `&since=${this.bundle.now}` : "";
    let first;
    let cursor = "";
    for (let part = 0; part < PARTS_MAX; part += 1) {
      const sent = Date.now();
      const now = new Date(sent).toISOString();
      const bundle = await this.#request(`/api/gates/${id}/bundle?now=${now}${since}${cursor}`);
      const offset = new Date(bundle.now).getTime() - (sent + Date.now()) / 2;
      first ??= { ...bundle, offset, admissions: undefined };
      const waiting = new Set([...this.#scans.values()].map(({ code }) => this.#codes.parse(code)?.admission));
      const changed = bundle.admissions.filter(({ id }) => !waiting.has(id));
      await this.#keep(changed.map(({ id, ...credential }) => [id, credential]));
      if (!bundle.next) {
        this.bundle = first;
        return write(this.#database, "kept", [["bundle", first]]);
      }
      cursor = `&cursor=${bundle.next}`;
    }
    throw new Error("The bundle has too many parts");
  }
}
