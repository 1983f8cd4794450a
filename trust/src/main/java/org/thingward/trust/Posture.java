package org.thingward.trust;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the appraisal policy makes of all live evidence about a subject at one moment: an
 * attestation result in the sense of RFC 9334 §8.4.
 *
 * @param subject whom it is about
 * @param tier the overall tier
 * @param vector the tier of each component
 * @param reasons why, worst first; every component that is stated has at least one
 * @param links the subjects whose evidence counted too (product, releases), in order
 * @param credentials the digests of the certificates the subject may present; empty if none is
 *     acceptable. See {@link Request#credential()}
 * @param anyCredential whether any verified certificate that names the subject is acceptable: its
 *     certificates are issued by an authority of the customer's own
 * @param assurance how strongly the weakest of these certificates is bound to the subject
 * @param evidence the ids of all evidence that was appraised, in order
 * @param policy the digest of the policy's bytes
 * @param references the digest of the reference values used ({@link ReferenceValues#digest()})
 * @param at when it was appraised
 * @param until when it must be appraised again; {@link Evidence#NO_END} if time alone changes
 *     nothing. It grants nothing beyond that moment
 */
public record Posture(
    Subject subject,
    Tier tier,
    TrustVector vector,
    List<Reason> reasons,
    SortedSet<Subject> links,
    SortedSet<Digest> credentials,
    boolean anyCredential,
    AssuranceLevel assurance,
    List<Digest> evidence,
    Digest policy,
    Digest references,
    Instant at,
    Instant until) {
  /** The version of the canonical form, its first member. */
  public static final int FORMAT = 1;

  public Posture {
    reasons = List.copyOf(reasons);
    links = Collections.unmodifiableSortedSet(new TreeSet<>(links));
    credentials = Collections.unmodifiableSortedSet(new TreeSet<>(credentials));
    evidence = List.copyOf(evidence);
  }

  /** One whose certificates, if it has any, are of keys held in software. */
  public Posture(
      Subject subject,
      Tier tier,
      TrustVector vector,
      List<Reason> reasons,
      SortedSet<Subject> links,
      SortedSet<Digest> credentials,
      boolean anyCredential,
      List<Digest> evidence,
      Digest policy,
      Digest references,
      Instant at,
      Instant until) {
    this(
        subject,
        tier,
        vector,
        reasons,
        links,
        credentials,
        anyCredential,
        usual(credentials, anyCredential),
        evidence,
        policy,
        references,
        at,
        until);
  }

  /** The assurance that goes without saying, as in the postures from before there were several. */
  public static AssuranceLevel usual(SortedSet<Digest> credentials, boolean anyCredential) {
    return credentials.isEmpty() && !anyCredential ? AssuranceLevel.L0 : AssuranceLevel.L3;
  }

  /** The product the subject is an instance of, if evidence links one. */
  public Optional<Subject> product() {
    return links.stream().filter(link -> link.kind() == SubjectKind.PRODUCT).findFirst();
  }

  /** Whether the subject may present the certificate with this digest. */
  public boolean accepts(Digest credential) {
    return anyCredential || credentials.contains(credential);
  }

  /** The same, to be appraised again at {@code end}. */
  public Posture endingAt(Instant end) {
    return new Posture(
        subject,
        tier,
        vector,
        reasons,
        links,
        credentials,
        anyCredential,
        assurance,
        evidence,
        policy,
        references,
        at,
        end);
  }

  /** The digest of the canonical form: the posture's name in decisions and in the ledger. */
  public Digest id() {
    return Digest.of(canonical());
  }

  /** The canonical form (RFC 8785). */
  public byte[] canonical() {
    Map<String, Object> tree = standing();
    tree.put("posture", FORMAT);
    tree.put("reasons", reasons.stream().map(Posture::tree).toList());
    tree.put("evidence", evidence.stream().map(Digest::toString).toList());
    tree.put("at", at.toString());
    tree.put("until", until.toString());
    return CanonicalJson.encode(tree);
  }

  /**
   * Whether {@code other} differs in times and evidence ids only, which is not worth a record
   * (T10).
   */
  public boolean standsAs(Posture other) {
    return timeless().equals(other.timeless());
  }

  private Posture timeless() {
    return new Posture(
        subject,
        tier,
        vector,
        reasons.stream().map(Reason::withoutEvidence).toList(),
        links,
        credentials,
        anyCredential,
        assurance,
        List.of(),
        policy,
        references,
        Instant.MIN,
        Instant.MIN);
  }

  private Map<String, Object> standing() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("subject", subject.toString());
    tree.put("tier", tier.value());
    tree.put("vector", new TreeMap<>(vector.numbers()));
    tree.put("reasons", reasons.stream().map(Posture::withoutEvidence).toList());
    tree.put("links", links.stream().map(Subject::toString).toList());
    tree.put("credentials", credentials.stream().map(Digest::toString).toList());
    tree.put("any-credential", anyCredential);
    if (assurance != usual(credentials, anyCredential)) {
      tree.put("assurance", assurance.name());
    }
    tree.put("policy", policy.toString());
    tree.put("references", references.toString());
    return tree;
  }

  private static Map<String, Object> tree(Reason reason) {
    Map<String, Object> tree = withoutEvidence(reason);
    reason.evidence().ifPresent(id -> tree.put("evidence", id.toString()));
    return tree;
  }

  private static Map<String, Object> withoutEvidence(Reason reason) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("component", reason.component().word());
    tree.put("tier", reason.tier().value());
    tree.put("rule", reason.rule());
    tree.put("text", reason.text());
    tree.put("latched", reason.latched());
    return tree;
  }
}
