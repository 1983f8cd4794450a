package org.thingward.identity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * A certificate in the making: RFC 5280 profiles of the root, the issuing authority, devices and
 * the device listener. The names in it come from here, never from a request (rule I2).
 */
final class CertificateForm {
  private static final int KEY_IDENTIFIER_BYTES = 20;
  private static final int FIRST_GENERALIZED = 2050;
  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT);

  /** tcg-kp-AIKCertificate. */
  static final KeyPurposeId ATTESTATION_KEY =
      KeyPurposeId.getInstance(new ASN1ObjectIdentifier("2.23.133.8.3"));

  /** id-on-permanentIdentifier (RFC 4043 §2). */
  private static final ASN1ObjectIdentifier PERMANENT_IDENTIFIER =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.3");

  private final X509v3CertificateBuilder builder;
  private final BigInteger serial;

  private CertificateForm(
      X500Name issuer, BigInteger serial, Life life, X500Name subject, SubjectPublicKeyInfo key) {
    this.serial = serial;
    builder =
        new X509v3CertificateBuilder(
            issuer, serial, time(life.from()), time(life.until()), subject, key);
    add(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(identifier(key)));
  }

  /**
   * When a certificate begins and ends, in whole seconds.
   *
   * @param from its notBefore
   * @param until its notAfter
   */
  record Life(Instant from, Instant until) {}

  /**
   * Who signs, as certificates name it.
   *
   * @param name the issuer's distinguished name
   * @param key the issuer's public key
   * @param lists where its revocation lists are published, without their end, if that is known
   * @param responder where its OCSP responder is, if that is known
   */
  record Issuer(
      X500Name name,
      SubjectPublicKeyInfo key,
      Optional<String> lists,
      Optional<String> responder) {}

  /** A self-signed root, above one level of issuing authorities. */
  static CertificateForm root(
      X500Name name, BigInteger serial, Life life, SubjectPublicKeyInfo key) {
    return new CertificateForm(name, serial, life, name, key).asAuthority(1);
  }

  /** A certificate of a key by itself, good for nothing but to lie beside it. */
  static CertificateForm placeholder(
      X500Name name, BigInteger serial, Life life, SubjectPublicKeyInfo key) {
    return new CertificateForm(name, serial, life, name, key);
  }

  /** An authority that issues end-entity certificates only. */
  static CertificateForm issuing(
      Issuer root, X500Name name, BigInteger serial, Life life, SubjectPublicKeyInfo key) {
    return new CertificateForm(root.name(), serial, life, name, key).issuedBy(root).asAuthority(0);
  }

  /** A device or service, as {@code profile} has it: CN is its id, SAN the URI that names it. */
  static CertificateForm client(
      Issuer issuer,
      Subject subject,
      Profile profile,
      BigInteger serial,
      Life life,
      SubjectPublicKeyInfo key) {
    return new CertificateForm(issuer.name(), serial, life, commonName(subject.name()), key)
        .issuedBy(issuer)
        .asEndEntity(profile.purpose())
        .answeredForAt(issuer.responder())
        .named(new GeneralName(GeneralName.uniformResourceIdentifier, SubjectUri.of(subject)));
  }

  /**
   * The attestation key of a device's TPM: CN is the device's id, SAN the URI that names it and, as
   * a permanent identifier, the digest of the TPM's endorsement key in hex (RFC 4043). Its purpose
   * is the one of TCG's profile (tcg-kp-AIKCertificate) alone, so that it opens no session.
   */
  static CertificateForm attestationKey(
      Issuer issuer,
      Subject device,
      Digest endorsement,
      BigInteger serial,
      Life life,
      SubjectPublicKeyInfo key) {
    ASN1Encodable permanent =
        new DERSequence(new DERUTF8String(HexFormat.of().formatHex(endorsement.bytes())));
    return new CertificateForm(issuer.name(), serial, life, commonName(device.name()), key)
        .issuedBy(issuer)
        .asEndEntity(ATTESTATION_KEY)
        .answeredForAt(issuer.responder())
        .named(
            new GeneralName(GeneralName.uniformResourceIdentifier, SubjectUri.of(device)),
            new GeneralName(
                GeneralName.otherName,
                new DERSequence(
                    new ASN1Encodable[] {
                      PERMANENT_IDENTIFIER, new DERTaggedObject(true, 0, permanent)
                    })));
  }

  /**
   * A server of the house, by the DNS names that it was shown to have. CN is one of them too, for
   * clients take it for one.
   */
  static CertificateForm namedServer(
      Issuer issuer, List<String> names, BigInteger serial, Life life, SubjectPublicKeyInfo key) {
    GeneralName[] all =
        names.stream()
            .map(name -> new GeneralName(GeneralName.dNSName, name))
            .toArray(GeneralName[]::new);
    return new CertificateForm(issuer.name(), serial, life, commonName(names.getFirst()), key)
        .issuedBy(issuer)
        .asEndEntity(Profile.SERVER.purpose())
        .answeredForAt(issuer.responder())
        .named(all);
  }

  /** The device listener, by the DNS names and addresses at which devices reach it. */
  static CertificateForm server(
      Issuer issuer, List<String> hosts, BigInteger serial, Life life, SubjectPublicKeyInfo key) {
    GeneralName[] names = hosts.stream().map(CertificateForm::host).toArray(GeneralName[]::new);
    return new CertificateForm(issuer.name(), serial, life, commonName(hosts.getFirst()), key)
        .issuedBy(issuer)
        .asEndEntity(KeyPurposeId.id_kp_serverAuth)
        .answeredForAt(issuer.responder())
        .named(names);
  }

  /** An OCSP responder that {@code issuer} delegates its answers to (RFC 6960 §4.2.2.2). */
  static CertificateForm responder(
      Issuer issuer, BigInteger serial, Life life, SubjectPublicKeyInfo key) {
    return new CertificateForm(issuer.name(), serial, life, commonName("Thingward OCSP"), key)
        .issuedBy(issuer)
        .asEndEntity(KeyPurposeId.id_kp_OCSPSigning)
        .neverAskedFor();
  }

  /** What answers over CMP in the issuer's place (RFC 9480 §2.2: id-kp-cmcCA). */
  static CertificateForm cmpSigner(
      Issuer issuer, BigInteger serial, Life life, SubjectPublicKeyInfo key) {
    return new CertificateForm(issuer.name(), serial, life, commonName("Thingward CMP"), key)
        .issuedBy(issuer)
        .asEndEntity(KeyPurposeId.id_kp_cmcCA);
  }

  /** Signs; the DER form of the certificate. */
  byte[] signedBy(SigningKey key) {
    try {
      return builder.build(new Signing(key)).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("a certificate could not be encoded", e);
    }
  }

  /** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5). */
  private static Time time(Instant instant) {
    String generalized = digits(instant);
    return LocalDateTime.ofInstant(instant, ZoneOffset.UTC).getYear() < FIRST_GENERALIZED
        ? Time.getInstance(time(BERTags.UTC_TIME, generalized.substring(2)))
        : Time.getInstance(generalizedTime(instant));
  }

  /** GeneralizedTime, to the second. */
  static ASN1GeneralizedTime generalizedTime(Instant instant) {
    return (ASN1GeneralizedTime) time(BERTags.GENERALIZED_TIME, digits(instant));
  }

  private static String digits(Instant instant) {
    return GENERALIZED.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
  }

  /** Of its encoding: made of a text, the library would parse that as a date only to check it. */
  private static ASN1Primitive time(int tag, String text) {
    byte[] encoded = ("??" + text).getBytes(StandardCharsets.US_ASCII);
    encoded[0] = (byte) tag;
    encoded[1] = (byte) text.length();
    try {
      return ASN1Primitive.fromByteArray(encoded);
    } catch (IOException e) {
      throw new IllegalStateException(text + " is no time", e);
    }
  }

  /** {@code CN=name}. */
  static X500Name commonName(String name) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
  }

  /** The authority key identifier extension's value for what {@code key} signs. */
  static AuthorityKeyIdentifier authorityKeyIdentifier(SubjectPublicKeyInfo key) {
    return new AuthorityKeyIdentifier(identifier(key));
  }

  private CertificateForm asAuthority(int levelsBelow) {
    add(Extension.basicConstraints, true, new BasicConstraints(levelsBelow));
    add(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return this;
  }

  private CertificateForm asEndEntity(KeyPurposeId purpose) {
    add(Extension.basicConstraints, true, new BasicConstraints(false));
    add(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    add(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    return this;
  }

  private CertificateForm issuedBy(Issuer issuer) {
    add(Extension.authorityKeyIdentifier, false, authorityKeyIdentifier(issuer.key()));
    issuer
        .lists()
        .map(url -> url + RevocationLists.shardPath(Shard.numberOf(serial)))
        .ifPresent(uri -> add(Extension.cRLDistributionPoints, false, listAt(uri)));
    return this;
  }

  private CertificateForm answeredForAt(Optional<String> responder) {
    responder.ifPresent(uri ->
        add(
            Extension.authorityInfoAccess,
            false,
            new AuthorityInformationAccess(
                X509ObjectIdentifiers.ocspAccessMethod,
                new GeneralName(GeneralName.uniformResourceIdentifier, uri))));
    return this;
  }

  private CertificateForm neverAskedFor() {
    add(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
    return this;
  }

  private CertificateForm named(GeneralName... names) {
    add(Extension.subjectAlternativeName, false, new GeneralNames(names));
    return this;
  }

  private void add(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {
    try {
      builder.addExtension(type, critical, value);
    } catch (IOException e) {
      throw new IllegalStateException("the extension " + type + " could not be encoded", e);
    }
  }

  private static CRLDistPoint listAt(String uri) {
    var name =
        new DistributionPointName(
            new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    return new CRLDistPoint(new DistributionPoint[] {new DistributionPoint(name, null, null)});
  }

  private static GeneralName host(String host) {
    boolean address = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }

  /** RFC 7093 §2 method 1: the leftmost 160 bits of SHA-256 over the key's bits. */
  static byte[] identifier(SubjectPublicKeyInfo key) {
    byte[] digest = Digest.of(key.getPublicKeyData().getBytes()).bytes();
    return Arrays.copyOf(digest, KEY_IDENTIFIER_BYTES);
  }

  /** Lets the library that writes certificates sign with a key that it cannot see. */
  record Signing(SigningKey key, ByteArrayOutputStream message) implements ContentSigner {
    Signing(SigningKey key) {
      this(key, new ByteArrayOutputStream(1024));
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return key.scheme().identifier();
    }

    @Override
    public OutputStream getOutputStream() {
      return message;
    }

    @Override
    public byte[] getSignature() {
      return key.sign(message.toByteArray());
    }
  }
}
