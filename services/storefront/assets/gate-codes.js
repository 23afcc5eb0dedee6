// Checks codes of admissions without a network, as docs/admission-codes.md describes it.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const PREFIX = "BX1:";
const TEXT_MAX = 512;

/** Bytes of a static and of a rotating code. */
const [STATIC, ROTATING] = [97, 197];

/** Seconds in which a device shows one code, and the distance between its period and the present one. */
const [PERIOD_S, EPOCHS_APART_MAX] = [15, 1];

const ISSUER = new TextEncoder().encode("boxoffice admission v1\0");
const DEVICE = new TextEncoder().encode("boxoffice admission epoch v1\0");

/** The bytes of a text in base45 (RFC 9285); nothing for another text. */
function fromBase45(text) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((digit) => DIGITS.indexOf(digit));
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    const isWhole = digits.length === 3;
    if (digits.includes(-1) || digits.length === 1 || value > (isWhole ? 0xffff : 0xff)) {
      return undefined;
    }
    bytes.push(...(isWhole ? [value >> 8, value & 0xff] : [value]));
  }
  return Uint8Array.from(bytes);
}

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The parts of the text of a code; nothing for another text. */
export function parse(text) {
  const trimmed = text.trim().toUpperCase();
  const bytes =
    trimmed.length <= TEXT_MAX && trimmed.startsWith(PREFIX) ? fromBase45(trimmed.slice(PREFIX.length)) : undefined;
  const kind = [STATIC, ROTATING].indexOf(bytes?.length);
  if (kind < 0 || bytes[0] !== 1 || bytes[2] !== kind) {
    return undefined;
  }
  const view = new DataView(bytes.buffer);
  return {
    bytes,
    kid: String(bytes[1]),
    ticket: hex(bytes.slice(3, 15)),
    admission: hex(bytes.slice(15, 27)),
    version: view.getUint16(27),
    notAfter: view.getUint32(29),
    epoch: kind ? view.getUint32(129) : undefined,
  };
}

async function isSigned(key, [domain, message], signature) {
  const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  const signed = new Uint8Array(domain.length + message.length);
  signed.set(domain);
  signed.set(message, domain.length);
  return crypto.subtle.verify("Ed25519", imported, signature, signed);
}

const fromBase64 = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (digit) => digit.charCodeAt(0));

/** The result of a code by the keys, tickets and credentials of a bundle, and the admissions that entered here. */
export async function check(code, { keys, ticketIds, deviceOnly }, credentials, now) {
  const key = keys.find(({ kid }) => kid === code.kid);
  if (!key) {
    return "forged";
  }
  const { bytes, epoch } = code;
  const record = epoch === undefined ? 33 : 65;
  const issued = [ISSUER, bytes.slice(0, record)];
  if (!(await isSigned(fromBase64(key.x), issued, bytes.slice(record, record + 64)))) {
    return "forged";
  }
  if (epoch !== undefined && !(await isSigned(bytes.slice(33, 65), [DEVICE, bytes.slice(0, 133)], bytes.slice(133)))) {
    return "forged";
  }
  const seconds = Math.floor(now / 1_000);
  const isOfOtherPeriod =
    epoch !== undefined && Math.abs(epoch - Math.floor(seconds / PERIOD_S)) > EPOCHS_APART_MAX;
  if (seconds > code.notAfter || isOfOtherPeriod) {
    return "expired_code";
  }
  if (!ticketIds.includes(code.ticket)) {
    return "wrong_ticket";
  }
  const { credentialVersion, state } = credentials.get(code.admission) ?? { credentialVersion: 1, state: "valid" };
  const isReplaced = epoch === undefined && deviceOnly.includes(code.ticket);
  if (isReplaced || credentialVersion !== code.version) {
    return "superseded";
  }
  return { valid: "admitted", listed: "listed", used: "already_used", void: "void" }[state];
}
