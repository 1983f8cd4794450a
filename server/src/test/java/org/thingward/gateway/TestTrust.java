package org.thingward.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.thingward.platform.Time;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Decision;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Grant;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.PostureListener;
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
 * A decision point whose grants the test changes, and a sink in which evidence of overlap denies.
 */
final class TestTrust implements DecisionPoint, EvidenceSink {
  private static final Digest SOME = Digest.of(new byte[0]);

  private final Map<Subject, Rights> rights = new ConcurrentHashMap<>();
  private final Map<Subject, Duration> lasting = new ConcurrentHashMap<>();
  private final Map<Subject, Function<Request, Decision>> deciders = new ConcurrentHashMap<>();
  private final BlockingQueue<GrantEnd> ends = new LinkedBlockingQueue<>();
  private final BlockingQueue<Evidence> evidence = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
  private final AtomicInteger decisions = new AtomicInteger();
  private final Time time = Time.ofMachine();
  private volatile PostureListener listener = changes -> {};
  private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
  volatile boolean sinkFails;
  volatile boolean decisionsFail;

  /** Happens once, between the next decision's making and its answer. */
  void beforeAnswering(Runnable happens) {
    meanwhile.set(happens);
  }

  /** Who hears changes from now on. */
  void tell(PostureListener hears) {
    listener = hears;
  }

  /** The subject may publish and receive on these filters. */
  void trust(Subject subject, List<String> publish, List<String> receive) {
    rights.put(
        subject,
        new Rights(
            publish.stream().map(TopicFilter::of).toList(),
            receive.stream().map(TopicFilter::of).toList()));
    changed(subject, Tier.AFFIRMING);
  }

  /** From now on, and at once for live sessions, this decides on the subject. */
  void decideBy(Subject subject, Function<Request, Decision> decider) {
    deciders.put(subject, decider);
    changed(subject, Tier.NONE);
  }

  /** Its grants last so long. */
  void limit(Subject subject, Duration duration) {
    lasting.put(subject, duration);
  }

  void distrust(Subject subject) {
    rights.remove(subject);
    changed(subject, Tier.CONTRAINDICATED);
  }

  /** Forgets its rights without telling anyone. */
  void distrustSilently(Subject subject) {
    rights.remove(subject);
  }

  /** The next end of a grant. */
  GrantEnd nextEnd() {
    return next(ends, "no grant ended");
  }

  /** The next denial that the gateway found by itself: the subject and the reason. */
  String nextRefusal() {
    return next(refusals, "nothing was refused by the gateway itself");
  }

  /** The next evidence that was stated. */
  Evidence nextEvidence() {
    return next(evidence, "no evidence was stated");
  }

  List<Evidence> statedSoFar() {
    return new ArrayList<>(evidence);
  }

  List<GrantEnd> endsSoFar() {
    return new ArrayList<>(ends);
  }

  int decisions() {
    return decisions.get();
  }

  private static <T> T next(BlockingQueue<T> queue, String missing) {
    try {
      T next = queue.poll(60, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError(missing);
      }
      return next;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public RecordedDecision decide(Request request) {
    decisions.incrementAndGet();
    if (decisionsFail) {
      throw new IllegalStateException("out of order");
    }
    Function<Request, Decision> decider = deciders.get(request.subject());
    if (decider != null) {
      return new RecordedDecision(decider.apply(request), new Receipt(SOME));
    }
    Instant now = time.now();
    Optional<Grant> grant =
        Optional.ofNullable(rights.get(request.subject()))
            .filter(given -> request.credentialEnd().isAfter(now))
            .map(given ->
                new Grant(
                    request.subject(),
                    request.credential(),
                    given,
                    SOME,
                    SOME,
                    now,
                    end(request, now)));
    Decision decision =
        new Decision(
            request,
            grant.isPresent() ? Verdict.PERMIT : Verdict.DENY,
            grant.isPresent() ? Tier.AFFIRMING : Tier.CONTRAINDICATED,
            List.of(grant.isPresent() ? "all is well" : "the test distrusts it"),
            grant,
            SOME,
            SOME,
            now);
    meanwhile.getAndSet(() -> {}).run();
    return new RecordedDecision(decision, new Receipt(SOME));
  }

  /** As the policy decision point has it: no grant outlives the certificate (rule G10). */
  private Instant end(Request request, Instant now) {
    Instant end = now.plus(lasting.getOrDefault(request.subject(), Duration.ofMinutes(5)));
    return end.isBefore(request.credentialEnd()) ? end : request.credentialEnd();
  }

  @Override
  public RecordedDecision refuse(Request request, String reason) {
    refusals.add(request.subject() + ": " + reason);
    Decision decision =
        new Decision(
            request,
            Verdict.DENY,
            Tier.AFFIRMING,
            List.of(reason),
            Optional.empty(),
            SOME,
            SOME,
            time.now());
    return new RecordedDecision(decision, new Receipt(SOME));
  }

  @Override
  public Receipt end(GrantEnd end) {
    ends.add(end);
    return new Receipt(SOME);
  }

  @Override
  public Optional<Stated> newest(Subject subject, String kind) {
    return Optional.empty();
  }

  @Override
  public Receipt state(Evidence stated) {
    if (sinkFails) {
      throw new IllegalStateException("the database is down");
    }
    evidence.add(stated);
    if (new ClaimValue.Word("shared").equals(stated.claims().get("credential.holder"))) {
      distrust(stated.subject());
    }
    return new Receipt(stated.id());
  }

  /** Other certificates than before may be presented from now on. */
  void credentialsChanged(Subject subject, Set<Digest> before, Set<Digest> after) {
    PostureChange change =
        new PostureChange(
            Optional.of(posture(subject, Tier.AFFIRMING, before)),
            posture(subject, Tier.AFFIRMING, after));
    listener.posturesChanged(List.of(change));
  }

  private void changed(Subject subject, Tier tier) {
    Posture after = posture(subject, tier, Set.of());
    listener.posturesChanged(List.of(new PostureChange(Optional.empty(), after)));
  }

  private Posture posture(Subject subject, Tier tier, Set<Digest> credentials) {
    return new Posture(
        subject,
        tier,
        TrustVector.EMPTY,
        List.of(),
        new TreeSet<>(),
        new TreeSet<>(credentials),
        false,
        List.of(),
        SOME,
        SOME,
        time.now(),
        Evidence.NO_END);
  }
}
