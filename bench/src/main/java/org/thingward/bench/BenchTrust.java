package org.thingward.bench;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.platform.Peer;
import org.thingward.platform.PeerIdentity;
import org.thingward.platform.VerifiedChain;
import org.thingward.trust.Decision;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Grant;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.Receipt;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.Request;
import org.thingward.trust.Rights;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.trust.TopicFilter;
import org.thingward.trust.TrustVector;
import org.thingward.trust.Verdict;

/**
 * The judging side, kept trivial: it permits everyone their own topics until told otherwise. What
 * is measured is the gateway; the ledger's share is measured where the ledger is.
 */
record BenchTrust(X509Certificate root, Set<Subject> fallen)
    implements DecisionPoint, EvidenceSink, PeerIdentity {
  private static final Digest SOME = Digest.of(new byte[0]);

  BenchTrust(X509Certificate root) {
    this(root, ConcurrentHashMap.newKeySet());
  }

  /** Makes a subject fall; returns the change to tell. */
  PostureChange fall(Subject subject) {
    fallen.add(subject);
    Posture after =
        new Posture(
            subject,
            Tier.CONTRAINDICATED,
            TrustVector.EMPTY,
            List.of(),
            new TreeSet<>(),
            new TreeSet<>(),
            false,
            List.of(),
            SOME,
            SOME,
            Instant.now(),
            Evidence.NO_END);
    return new PostureChange(Optional.empty(), after);
  }

  @Override
  public RecordedDecision decide(Request request) {
    boolean permit = !fallen.contains(request.subject());
    Instant now = Instant.now();
    String own = request.subject().name();
    Rights rights =
        new Rights(
            List.of(TopicFilter.of("t/" + own + "/#")), List.of(TopicFilter.of("c/" + own + "/#")));
    Grant grant =
        new Grant(
            request.subject(),
            request.credential(),
            rights,
            SOME,
            SOME,
            now,
            now.plus(Duration.ofHours(1)));
    Decision decision =
        new Decision(
            request,
            permit ? Verdict.PERMIT : Verdict.DENY,
            permit ? Tier.AFFIRMING : Tier.CONTRAINDICATED,
            List.of("bench"),
            permit ? Optional.of(grant) : Optional.empty(),
            SOME,
            SOME,
            now);
    return new RecordedDecision(decision, new Receipt(SOME));
  }

  @Override
  public RecordedDecision refuse(Request request, String reason) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Receipt end(GrantEnd end) {
    return new Receipt(SOME);
  }

  @Override
  public Optional<Stated> newest(Subject subject, String kind) {
    return Optional.empty();
  }

  @Override
  public Receipt state(Evidence evidence) {
    return new Receipt(SOME);
  }

  @Override
  public List<X509Certificate> authorities() {
    return List.of(root);
  }

  @Override
  public Peer identify(VerifiedChain chain) {
    X509Certificate certificate = chain.endEntity();
    String name = certificate.getSubjectX500Principal().getName().substring("CN=".length());
    try {
      return new Peer(
          Subject.device(name),
          certificate,
          Digest.of(certificate.getEncoded()),
          certificate.getNotAfter().toInstant());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a parsed certificate encodes", e);
    }
  }
}
