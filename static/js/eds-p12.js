/*
 * Signs with the person's own key file, inside the page: the file, the password and the key never leave it.
 *
 * Opens PKCS#12 (RFC 7292) and writes a detached CMS (RFC 5652) with the signed attributes NCALayer writes:
 * contentType, signingTime, messageDigest, signingCertificateV2 (RFC 5035). RSA only: browsers know no GOST.
 */

import { legacyDecrypt } from "./eds-p12-legacy.js";

const OID = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  encryptedData: "1.2.840.113549.1.7.6",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  rsa: "1.2.840.113549.1.1.1",
  pbes2: "1.2.840.113549.1.5.13",
  keyBag: "1.2.840.113549.1.12.10.1.1",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  certBag: "1.2.840.113549.1.12.10.1.3",
  extendedKeyUsage: "2.5.29.37",
  emailProtection: "1.3.6.1.5.5.7.3.4",
};
/** Every algorithm of the national standards, GOST among them, and those of the Russian standards they come from. */
const GOST = /^1\.2\.(398\.3\.10|643\.[27])\./;
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** Why a key file cannot be used; `code` names the explanation shown. */
export class KeyFileTrouble extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Sign `content` (bytes) with the key in `file` (ArrayBuffer); `library` is the vendored PKI.js module. */
export async function signWithKeyFile({ library, file, password, content }) {
  if (!globalThis.crypto?.subtle) throw new KeyFileTrouble("no_crypto");
  const bags = await openKeyFile(library, file, new TextEncoder().encode(password), password);
  const { key, certificate } = await choosePair(library, bags);
  return pem(await detachedCms(library, key, certificate, content));
}

async function openKeyFile(library, file, passwordBytes, password) {
  let pfx;
  try {
    pfx = library.PFX.fromBER(file);
  } catch {
    throw new KeyFileTrouble("not_a_key_file");
  }
  // A file whose seal is GOST cannot be opened here, whatever the password.
  if (GOST.test(pfx.macData?.mac.digestAlgorithm.algorithmId ?? "")) throw new KeyFileTrouble("not_rsa");
  try {
    await pfx.parseInternalValues({ password: passwordBytes.buffer, checkIntegrity: true });
  } catch {
    // The library has one error for a wrong password and for a damaged file.
    throw new KeyFileTrouble("wrong_password");
  }
  const secret = { library, password, passwordBytes };
  const keys = [];
  const certificates = [];
  for (const part of pfx.parsedValue.authenticatedSafe.safeContents) {
    for (const bag of (await safeContents(secret, part)).safeBags) {
      if (bag.bagId === OID.keyBag) keys.push(new Uint8Array(bag.bagValue.toSchema().toBER()));
      if (bag.bagId === OID.shroudedKeyBag) {
        const { encryptionAlgorithm, encryptedData } = bag.bagValue;
        keys.push(await decrypt(secret, encryptionAlgorithm, encryptedData.getValue()));
      }
      if (bag.bagId === OID.certBag) certificates.push(new Uint8Array(bag.bagValue.certValue.getValue()));
    }
  }
  return { keys, certificates };
}

async function safeContents(secret, part) {
  const { library } = secret;
  if (part.contentType === OID.data) return library.SafeContents.fromBER(part.content.getValue());
  if (part.contentType !== OID.encryptedData) throw new KeyFileTrouble("not_a_key_file");
  const info = new library.EncryptedData({ schema: part.content }).encryptedContentInfo;
  const clear = await decrypt(secret, info.contentEncryptionAlgorithm, info.getEncryptedContent());
  return library.SafeContents.fromBER(exact(clear));
}

async function decrypt({ library, password, passwordBytes }, algorithm, octets) {
  if (GOST.test(algorithm.algorithmId)) throw new KeyFileTrouble("not_rsa");
  try {
    if (algorithm.algorithmId !== OID.pbes2) {
      return legacyDecrypt({ library, password, algorithm, octets: new Uint8Array(octets) });
    }
    const box = new library.EncryptedData({
      encryptedContentInfo: new library.EncryptedContentInfo({
        contentEncryptionAlgorithm: algorithm,
        encryptedContent: new library.asn1js.OctetString({ valueHex: octets }),
      }),
    });
    return new Uint8Array(await box.decrypt({ password: passwordBytes.buffer }));
  } catch {
    throw new KeyFileTrouble("unknown_protection");
  }
}

async function choosePair(library, { keys, certificates }) {
  const [key] = keys;
  if (!key) throw new KeyFileTrouble("no_key");
  const info = library.asn1js.fromBER(exact(key)).result;
  if (info.valueBlock.value[1]?.valueBlock.value[0]?.valueBlock.toString() !== OID.rsa) {
    throw new KeyFileTrouble("not_rsa");
  }
  const privateKey = library.asn1js.fromBER(info.valueBlock.value[2].getValue()).result;
  const modulus = bytesOf(privateKey.valueBlock.value[1]);
  const raw = certificates.find((candidate) => sameBytes(certificateModulus(library, candidate), modulus));
  if (!raw) throw new KeyFileTrouble("no_key");
  const certificate = { raw, parsed: library.Certificate.fromBER(exact(raw)) };
  checkPurpose(certificate.parsed);
  return { key: await crypto.subtle.importKey("pkcs8", key, RSA, false, ["sign"]), certificate };
}

/** A friendly word before signing; whether the certificate counts is decided by the server alone. */
function checkPurpose(certificate) {
  const usage = certificate.extensions?.find((extension) => extension.extnID === OID.extendedKeyUsage);
  if (usage && !usage.parsedValue.keyPurposes.includes(OID.emailProtection)) {
    throw new KeyFileTrouble("not_for_signing");
  }
  if (certificate.notAfter.value < new Date()) throw new KeyFileTrouble("expired");
  if (certificate.notBefore.value > new Date()) throw new KeyFileTrouble("not_yet_valid");
}

function certificateModulus(library, raw) {
  const certificate = library.Certificate.fromBER(exact(raw));
  const info = certificate.subjectPublicKeyInfo;
  if (info.algorithm.algorithmId !== OID.rsa) return new Uint8Array();
  const key = library.asn1js.fromBER(exact(info.subjectPublicKey.valueBlock.valueHexView)).result;
  return bytesOf(key.valueBlock.value[0]);
}

async function detachedCms(library, key, certificate, content) {
  const { raw, parsed } = certificate;
  const signed = new library.SignedData({
    version: 1,
    encapContentInfo: new library.EncapsulatedContentInfo({ eContentType: OID.data }),
    certificates: [parsed],
    signerInfos: [
      new library.SignerInfo({
        version: 1,
        sid: new library.IssuerAndSerialNumber({ issuer: parsed.issuer, serialNumber: parsed.serialNumber }),
        signedAttrs: new library.SignedAndUnsignedAttributes({
          type: 0,
          attributes: await signedAttributes(library, raw, content),
        }),
      }),
    ],
  });
  await signed.sign(key, 0, "SHA-256", exact(content));
  // RFC 4055, section 5: the RSA identifiers carry NULL; the library leaves it out.
  signed.signerInfos[0].signatureAlgorithm.algorithmParams = new library.asn1js.Null();
  const info = new library.ContentInfo({ contentType: OID.signedData, content: signed.toSchema(true) });
  const der = new Uint8Array(info.toSchema().toBER());
  // The certificate must travel byte for byte: its signature and the attribute's hash hold only for these bytes.
  if (!contains(der, raw)) throw new KeyFileTrouble("unreadable_certificate");
  return der;
}

async function signedAttributes(library, certificate, content) {
  const { asn1js } = library;
  const digest = async (bytes) => new asn1js.OctetString({ valueHex: await crypto.subtle.digest("SHA-256", bytes) });
  const sequence = (...value) => new asn1js.Sequence({ value });
  const attribute = (type, value) => new library.Attribute({ type, values: [value] });
  // ESSCertIDv2 leaves its hash algorithm out when that is SHA-256, the default (DER).
  const certificateIds = sequence(sequence(sequence(await digest(certificate))));
  const attributes = [
    attribute(OID.contentType, new asn1js.ObjectIdentifier({ value: OID.data })),
    attribute(OID.signingTime, new asn1js.UTCTime({ valueDate: new Date() })),
    attribute(OID.messageDigest, await digest(content)),
    attribute(OID.signingCertificateV2, certificateIds),
  ];
  // A DER SET OF is ordered by the encodings of its members, which the library does not do.
  return attributes
    .map((item) => ({ item, der: new Uint8Array(item.toSchema().toBER()) }))
    .sort((left, right) => compare(left.der, right.der))
    .map(({ item }) => item);
}

function compare(left, right) {
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    if (left[index] !== right[index]) return left[index] - right[index];
  }
  return left.length - right.length;
}

function contains(bytes, part) {
  for (let start = 0; start + part.length <= bytes.length; start += 1) {
    if (sameBytes(bytes.subarray(start, start + part.length), part)) return true;
  }
  return false;
}

function sameBytes(left, right) {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function bytesOf(integer) {
  const bytes = integer.valueBlock.valueHexView;
  return bytes[0] === 0 ? bytes.subarray(1) : bytes;
}

/** The view's own bytes as a buffer of exactly that length. */
function exact(view) {
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
}

function pem(der) {
  let text = "";
  for (const byte of der) text += String.fromCharCode(byte);
  const lines = btoa(text).match(/.{1,64}/g).join("\n");
  return `-----BEGIN CMS-----\n${lines}\n-----END CMS-----\n`;
}
