/*
 * Opens key files protected in the older way, as BouncyCastle, Kalkan and old OpenSSL write them: PKCS#12 password
 * derivation with SHA-1 (RFC 7292, appendix B), then 3DES for the key and often RC2-40 (RFC 2268) for the
 * certificates. Browsers offer neither cipher. Used to read only; nothing is ever protected this way here.
 */

const KEY = 1;
const IV = 2;
const BLOCK = 64;

const SCHEMES = {
  "1.2.840.113549.1.12.1.3": { keyBytes: 24, open: openTripleDes },
  "1.2.840.113549.1.12.1.5": { keyBytes: 16, open: openRc2 },
  "1.2.840.113549.1.12.1.6": { keyBytes: 5, open: openRc2 },
};

export function legacyDecrypt({ library, password, algorithm, octets }) {
  const scheme = SCHEMES[algorithm.algorithmId];
  if (!scheme) throw new Error("unknown protection");
  const [salt, iterations] = algorithm.algorithmParams.valueBlock.value;
  const stretch = (purpose, length) =>
    derive(library.sha1, purpose, password, salt.valueBlock.valueHexView, iterations.valueBlock.valueDec, length);
  return scheme.open(library, stretch(KEY, scheme.keyBytes), stretch(IV, 8), octets);
}

/** RFC 7292, appendix B.2, with SHA-1. */
function derive(sha1, purpose, password, salt, iterations, length) {
  const secret = new Uint8Array((password.length + 1) * 2);
  for (let index = 0; index < password.length; index += 1) {
    secret[index * 2] = password.charCodeAt(index) >> 8;
    secret[index * 2 + 1] = password.charCodeAt(index) & 255;
  }
  const diversifier = new Uint8Array(BLOCK).fill(purpose);
  const input = new Uint8Array([...fill(salt), ...fill(secret)]);
  const output = [];
  while (output.length < length) {
    let hash = new Uint8Array([...diversifier, ...input]);
    for (let round = 0; round < iterations; round += 1) hash = sha1(hash);
    output.push(...hash);
    for (let start = 0; start < input.length; start += BLOCK) addOne(input.subarray(start, start + BLOCK), hash);
  }
  return new Uint8Array(output.slice(0, length));
}

function fill(bytes) {
  const size = BLOCK * Math.ceil(bytes.length / BLOCK);
  return Uint8Array.from({ length: size }, (_, index) => bytes[index % bytes.length]);
}

/** block = block + hash (repeated to its length) + 1, as one big-endian number. */
function addOne(block, hash) {
  let carry = 1;
  for (let index = BLOCK - 1; index >= 0; index -= 1) {
    carry += block[index] + hash[index % hash.length];
    block[index] = carry & 255;
    carry >>= 8;
  }
}

function openTripleDes(library, key, iv, octets) {
  const cipher = library.des.CBC.instantiate(library.des.EDE).create({ type: "decrypt", key, iv });
  return Uint8Array.from([...cipher.update(octets), ...cipher.final()]);
}

function openRc2(_library, key, iv, octets) {
  const schedule = rc2Schedule(key, key.length * 8);
  const clear = new Uint8Array(octets.length);
  let previous = iv;
  for (let start = 0; start < octets.length; start += 8) {
    const block = octets.subarray(start, start + 8);
    const open = rc2DecryptBlock(schedule, block);
    for (let index = 0; index < 8; index += 1) clear[start + index] = open[index] ^ previous[index];
    previous = block;
  }
  const padding = clear[clear.length - 1];
  if (padding < 1 || padding > 8) throw new Error("bad padding");
  return clear.slice(0, clear.length - padding);
}

// RFC 2268, section 2: a fixed permutation of 0..255.
const PI_TABLE = Uint8Array.from(
  (
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32" +
    "bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626" +
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a" +
    "961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731" +
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e" +
    "c5f3db47e5a59c770aa62068fe7fc1ad"
  ).match(/../g),
  (pair) => parseInt(pair, 16),
);

/** RFC 2268, section 2: 64 words of 16 bits from the key. */
function rc2Schedule(key, effectiveBits) {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  for (let index = key.length; index < 128; index += 1) {
    bytes[index] = PI_TABLE[(bytes[index - 1] + bytes[index - key.length]) & 255];
  }
  const size = Math.ceil(effectiveBits / 8);
  bytes[128 - size] = PI_TABLE[bytes[128 - size] & (255 >> (8 * size - effectiveBits))];
  for (let index = 127 - size; index >= 0; index -= 1) {
    bytes[index] = PI_TABLE[bytes[index + 1] ^ bytes[index + size]];
  }
  return Uint16Array.from({ length: 64 }, (_, index) => bytes[2 * index] | (bytes[2 * index + 1] << 8));
}

/** RFC 2268, section 4: sixteen mixing rounds in reverse, with mashing after the fifth and the eleventh. */
function rc2DecryptBlock(schedule, block) {
  const word = Uint16Array.from({ length: 4 }, (_, index) => block[2 * index] | (block[2 * index + 1] << 8));
  const turns = [1, 2, 3, 5];
  let next = 63;
  for (let round = 0; round < 16; round += 1) {
    for (let index = 3; index >= 0; index -= 1) {
      const turned = (word[index] >>> turns[index]) | (word[index] << (16 - turns[index]));
      const before = word[(index + 3) & 3];
      word[index] = turned - schedule[next] - (before & word[(index + 2) & 3]) - (~before & word[(index + 1) & 3]);
      next -= 1;
    }
    if (round === 4 || round === 10) {
      for (let index = 3; index >= 0; index -= 1) word[index] -= schedule[word[(index + 3) & 3] & 63];
    }
  }
  return new Uint8Array([...word].flatMap((value) => [value & 255, value >> 8]));
}
