package org.thingward.identity;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;

/**
 * What a token lets enrol, and what the certificate is then like (rule I2): whom it names, how long
 * it lasts, what it is for, and whether another one follows without a token. Carried by the token,
 * so that nothing in a request can choose it.
 */
enum Profile {
  /** A device in the field. */
  DEVICE(SubjectKind.DEVICE, Duration.ofDays(825)),
  /**
   * A device on the bench: its maker or fitter tries it, for a day at most. No renewal: it goes
   * into the field by a token of profile {@link #DEVICE}, which retires this certificate.
   */
  COMMISSIONING(SubjectKind.DEVICE, Duration.ofHours(24)),
  /** A back end that reads what devices send, or sends to them. */
  SERVICE(SubjectKind.SERVICE, Duration.ofDays(825)),
  /**
   * A server of the house that devices or people reach by a DNS name, e.g. a broker's. Its names
   * are those that the token's maker allowed, each shown to be its own over ACME.
   */
  SERVER(SubjectKind.SERVICE, Duration.ofDays(825));

  private final SubjectKind kind;
  private final Duration longest;

  Profile(SubjectKind kind, Duration longest) {
    this.kind = kind;
    this.longest = longest;
  }

  /** The one that a token for this subject has unless its maker asks for another. */
  static Profile usual(Subject subject) {
    return subject.kind() == SubjectKind.SERVICE ? SERVICE : DEVICE;
  }

  static Optional<Profile> ofWord(String word) {
    return Arrays.stream(values()).filter(profile -> profile.word().equals(word)).findFirst();
  }

  /** Its name in the API, in records and in the database. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a token of it may be made for this subject. */
  boolean suits(Subject subject) {
    return subject.kind() == kind;
  }

  /** How long a certificate lasts where {@code usual} is what the installation is set to. */
  Duration life(Duration usual) {
    return usual.compareTo(longest) < 0 ? usual : longest;
  }

  /** Whether another certificate may follow without a token. */
  boolean renewable() {
    return this != COMMISSIONING;
  }

  /**
   * Extended key usage: to authenticate as a client, and never as a server, for the name in it is
   * none that a server is looked up by; and the other way round.
   */
  KeyPurposeId purpose() {
    return this == SERVER ? KeyPurposeId.id_kp_serverAuth : KeyPurposeId.id_kp_clientAuth;
  }

  /** Whether a certificate of it takes nothing but a token; for others ACME shows more. */
  boolean byTokenAlone() {
    return this != SERVER;
  }
}
