package org.thingward.bench;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import org.thingward.platform.Time;
import org.thingward.posture.Postures;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/** A device of the fleet that is cut and comes back. */
final class CutDevice implements AutoCloseable {
  private final Postures postures;
  private final Time time;
  private final Subject subject;
  private final Digest certificate;
  private final SSLContext tls;
  private final int port;
  private TlsDevice session;

  /** States what a device's enrolment would, and connects it. */
  CutDevice(Postures postures, Time time, BenchPki pki, String name, int port) throws Exception {
    this.postures = postures;
    this.time = time;
    this.subject = Subject.device(name);
    this.port = port;
    BenchPki.Holder holder = pki.holder(name);
    this.certificate = Digest.of(holder.certificate().getEncoded());
    this.tls = TlsDevice.context(pki, holder);
    state("identity", "identity.holder", "credential.holder", new ClaimValue.Word("sole"));
    state(
        "identity",
        "identity.credential",
        "credential.accepted",
        new ClaimValue.Digests(new TreeSet<>(Set.of(certificate))));
    this.session = new TlsDevice(tls, name, port);
  }

  /** Orders it into quarantine; returns when the call began, by {@link System#nanoTime}. */
  long quarantine() {
    Evidence order = evidence("operator", "operator.order", "order", word("quarantine"));
    long start = System.nanoTime();
    Receipt _ = postures.sinkFor("operator").state(order);
    return start;
  }

  long awaitCut() throws Exception {
    return session.awaitCut();
  }

  void releaseAndConnect() throws Exception {
    session.close();
    state("operator", "operator.order", "order", word("release"));
    session = new TlsDevice(tls, subject.name(), port);
  }

  private static ClaimValue word(String word) {
    return new ClaimValue.Word(word);
  }

  private void state(String source, String kind, String claim, ClaimValue value) {
    Receipt _ = postures.sinkFor(source).state(evidence(source, kind, claim, value));
  }

  private Evidence evidence(String source, String kind, String claim, ClaimValue value) {
    Instant now = time.now();
    return new Evidence(
        subject,
        kind,
        source,
        AssuranceLevel.L3,
        new TreeMap<>(Map.of(claim, value)),
        now,
        Evidence.NO_END,
        certificate);
  }

  @Override
  public void close() throws IOException {
    session.close();
  }
}
