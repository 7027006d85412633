export {
  Attribute, AttributeTypeAndValue, AuthenticatedSafe, Certificate, ContentInfo, CryptoEngine, EncapsulatedContentInfo,
  EncryptedContentInfo, EncryptedData, IssuerAndSerialNumber, PFX, PKCS8ShroudedKeyBag, PrivateKeyInfo, SafeContents, SignedAndUnsignedAttributes,
  SignedData, SignerInfo, setEngine,
} from "pkijs";
export * as asn1js from "asn1js";
export * as des from "des.js";
export { sha1 } from "@noble/hashes/legacy.js";
