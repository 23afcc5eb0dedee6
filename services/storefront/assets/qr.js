// The QR code of an admission's rotating code (ISO/IEC 18004), of which only one form exists: 300 characters of the
// alphanumeric mode, level M, version 10.

/** Modules of a side. */
export const SIDE = 57;

/** The alphanumeric mode: the place of a character is its value. */
const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** Bytes of data of each block, and bytes of error correction behind them. */
const BLOCKS = [43, 43, 43, 43, 44];
const CORRECTION = 26;

/** Centres of the alignment patterns; finders are at the other places of the grid. */
const ALIGNMENT = [[28, 6], [6, 28], [28, 28], [50, 28], [28, 50], [50, 50]];

/** Level M and mask 0, and the version, with the error correction of each. */
const FORMAT = 0x5412;
const VERSION = 0x0a4d3;

/** Powers of 2 in the field of 256 elements, and their exponents. */
const POWERS = [];
const EXPONENTS = [];
for (let exponent = 0, power = 1; exponent < 255; exponent += 1) {
  POWERS[exponent] = power;
  EXPONENTS[power] = exponent;
  power = power < 128 ? power * 2 : (power * 2) ^ 0x11d;
}

/** The product of two elements of the field. */
function times(left, right) {
  return left && right && POWERS[(EXPONENTS[left] + EXPONENTS[right]) % 255];
}

/** The product of (x - 2^n) for each byte of error correction, highest power first, without the first coefficient. */
const GENERATOR = POWERS.slice(0, CORRECTION)
  .reduce((product, root) => [...product, 0].map((own, at) => own ^ times(product[at - 1] ?? 0, root)), [1])
  .slice(1);

/** The error correction of a block: the remainder of its division by the generator. */
function correction(block) {
  return block.reduce((rest, byte) => {
    const factor = byte ^ rest[0];
    return GENERATOR.map((own, at) => (rest[at + 1] ?? 0) ^ times(own, factor));
  }, new Array(CORRECTION).fill(0));
}

/** The bytes of data: the mode, the number of characters, pairs of characters, and the end. */
function data(text) {
  const binary = (value, length) => value.toString(2).padStart(length, "0");
  let bits = binary(2, 4) + binary(text.length, 11);
  for (let at = 0; at < text.length; at += 2) {
    const [first, second] = [...text.slice(at, at + 2)].map((character) => CHARACTERS.indexOf(character));
    bits += binary(first * 45 + second, 11);
  }
  bits += "0000";
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  const bytes = bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2));
  const room = BLOCKS.reduce((sum, length) => sum + length, 0);
  for (let pad = 0xec; bytes.length < room; pad ^= 0xec ^ 0x11) {
    bytes.push(pad);
  }
  return bytes;
}

/** All bytes of the symbol: one of each block in turn, and then those of the error correction. */
function codewords(text) {
  const bytes = data(text);
  const blocks = BLOCKS.map((length) => bytes.splice(0, length));
  const interleaved = (blocks) =>
    Array.from({ length: Math.max(...blocks.map((block) => block.length)) }, (_, at) =>
      blocks.filter((block) => at < block.length).map((block) => block[at])).flat();
  return [...interleaved(blocks), ...interleaved(blocks.map(correction))];
}

/** The modules that do not depend on the text; `undefined` where the others are. */
function patterns() {
  const modules = Array.from({ length: SIDE }, () => new Array(SIDE).fill(undefined));
  const set = (x, y, isDark) => {
    if (modules[y]?.length > x && x >= 0) {
      modules[y][x] = isDark;
    }
  };
  /** Squares around a centre: dark at these distances. */
  const squares = (x, y, radius, dark) => {
    for (let dy = -radius; dy <= radius; dy += 1) {
      for (let dx = -radius; dx <= radius; dx += 1) {
        set(x + dx, y + dy, dark.includes(Math.max(Math.abs(dx), Math.abs(dy))));
      }
    }
  };
  for (let at = 0; at < SIDE; at += 1) {
    set(at, 6, at % 2 === 0);
    set(6, at, at % 2 === 0);
  }
  for (const [x, y] of ALIGNMENT) {
    squares(x, y, 2, [0, 2]);
  }
  for (const [x, y] of [[3, 3], [SIDE - 4, 3], [3, SIDE - 4]]) {
    squares(x, y, 4, [0, 1, 3]);
  }
  for (let bit = 0; bit < 18; bit += 1) {
    const [near, far, isDark] = [Math.floor(bit / 3), SIDE - 11 + (bit % 3), (VERSION >> bit) % 2 === 1];
    set(near, far, isDark);
    set(far, near, isDark);
  }
  for (let bit = 0; bit < 15; bit += 1) {
    const isDark = (FORMAT >> bit) % 2 === 1;
    const along = bit < 6 ? bit : bit < 8 ? bit + 1 : bit === 8 ? 7 : 14 - bit;
    bit < 8 ? set(8, along, isDark) : set(along, 8, isDark);
    bit < 8 ? set(SIDE - 1 - bit, 8, isDark) : set(8, SIDE - 15 + bit, isDark);
  }
  set(8, SIDE - 8, true);
  return modules;
}

/** The modules of the symbol, rows from the top; `true` is dark. Of the eight masks it has the first one: the text
 * contains signatures, whose bits are as good as random under each. */
export function symbol(text) {
  const [modules, bytes] = [patterns(), codewords(text)];
  let bit = 0;
  for (let right = SIDE - 1; right > 0; right -= right === 8 ? 3 : 2) {
    const isUpward = ((right + 1) & 2) === 0;
    for (let step = 0; step < SIDE; step += 1) {
      const y = isUpward ? SIDE - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (modules[y][x] === undefined) {
          modules[y][x] = ((bytes[bit >> 3] >> (7 - (bit & 7))) & 1) !== 1 - ((x + y) & 1);
          bit += 1;
        }
      }
    }
  }
  return modules;
}
