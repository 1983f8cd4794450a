package org.thingward.inventory;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.thingward.platform.OneAtATime;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Subject;

/**
 * States as evidence what the inventory's records say, once each, after they are committed. What
 * could not be stated stays marked in the database and is stated at the next occasion.
 */
final class Statements {
  /** The source's name, as the policy registers it. */
  static final String SOURCE = "inventory";

  /**
   * Statements under way at once. Each waits for the disk; more would starve other rooms of
   * database connections.
   */
  private static final int AT_ONCE = 16;

  private static final int PAGE = 1_000;
  private static final Logger LOG = System.getLogger(Statements.class.getName());

  private final InventoryStore devices;
  private final CatalogueStore catalogue;
  private final OnRecord onRecord;
  private final EvidenceSink sink;
  private final Time time;
  private final OneAtATime<String> stating = new OneAtATime<>();
  private final ReentrantLock catalogueLock = new ReentrantLock();

  Statements(
      InventoryStore devices,
      CatalogueStore catalogue,
      OnRecord onRecord,
      EvidenceSink sink,
      Time time) {
    this.devices = devices;
    this.catalogue = catalogue;
    this.onRecord = onRecord;
    this.sink = sink;
    this.time = time;
  }

  /** States all that is committed and was not stated yet. */
  void stateOutstanding() {
    stateCatalogue();
    Run run = new Run();
    String after = "";
    while (!run.stopped()) {
      List<String> page = devices.unstated(after, PAGE);
      if (page.isEmpty()) {
        return;
      }
      run.state(page);
      after = page.getLast();
    }
  }

  /** States these devices, those left out that were stated as they are. */
  void stateDevices(List<String> ids) {
    Run run = new Run();
    for (int from = 0; from < ids.size() && !run.stopped(); from += PAGE) {
      run.state(ids.subList(from, Math.min(from + PAGE, ids.size())));
    }
  }

  /** States products and releases whose evidence differs from what was last stated. */
  void stateCatalogue() {
    catalogueLock.lock();
    try {
      Catalogue all = catalogue.read();
      Map<Subject, Digest> stated = catalogue.stated();
      for (String product : all.products()) {
        if (onRecord.counts(product, all.releases(product))) {
          stateProduct(product, all, stated);
          all.releases(product).forEach(release -> stateRelease(release, all, stated));
        } else {
          LOG.log(
              Level.ERROR,
              "The releases of product {0} in the database are not those on record: they count as"
                  + " they were last stated. Give them again: thingward release add",
              product);
        }
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Products and releases wait to be stated as evidence", e);
    } finally {
      catalogueLock.unlock();
    }
  }

  /** What would be stated once this plan were carried out. */
  List<Evidence> of(ImportPlan plan, Catalogue after) {
    List<Evidence> pieces = new ArrayList<>();
    plan.devices().forEach(device -> pieces.add(evidence(device.subject(), device.claims())));
    Set<String> products = new TreeSet<>();
    plan.releases().forEach(release -> products.add(release.product()));
    for (String product : products) {
      pieces.addAll(ofProduct(product, after).stream().toList());
      after
          .releases(product)
          .forEach(release ->
              pieces.add(evidence(release.subject(), release.claims(after.superseded(release)))));
    }
    return pieces;
  }

  private Optional<Evidence> ofProduct(String product, Catalogue all) {
    return all.newest(product)
        .map(newest -> {
          SortedMap<String, ClaimValue> claims = new TreeMap<>();
          claims.put("product.newest", new ClaimValue.Word(newest.version()));
          claims.put("product.newest.released", new ClaimValue.Moment(newest.releasedAt()));
          return evidence(Subject.product(product), claims);
        });
  }

  private void stateProduct(String product, Catalogue all, Map<Subject, Digest> stated) {
    ofProduct(product, all)
        .ifPresent(
            evidence -> stateIfNew(evidence, stated, raw -> catalogue.markProduct(product, raw)));
  }

  private void stateRelease(Release release, Catalogue all, Map<Subject, Digest> stated) {
    stateIfNew(
        evidence(release.subject(), release.claims(all.superseded(release))),
        stated,
        raw -> {
          onRecord.stated(release.subject(), OnRecord.digest(release));
          catalogue.markRelease(release, raw);
        });
  }

  private void stateIfNew(Evidence evidence, Map<Subject, Digest> stated, Consumer<Digest> mark) {
    if (Objects.equals(stated.get(evidence.subject()), evidence.raw()) && isSaid(evidence)) {
      return;
    }
    try {
      sink.state(evidence);
      mark.accept(evidence.raw());
    } catch (EvidenceRefused e) {
      LOG.log(
          Level.WARNING, "Evidence about {0} was refused: {1}", evidence.subject(), e.getMessage());
    }
  }

  /** Rule L4: that the database calls it stated does not mean that it was. */
  private boolean isSaid(Evidence evidence) {
    return sink.newest(evidence.subject(), evidence.kind())
        .filter(newest -> newest.evidence().claims().equals(evidence.claims()))
        .isPresent();
  }

  static String kind(Subject subject) {
    return switch (subject.kind()) {
      case DEVICE -> "inventory.record";
      case RELEASE -> "firmware";
      case PRODUCT -> "product";
      case SERVICE, OPERATOR ->
          throw new IllegalArgumentException("the inventory says nothing about " + subject);
    };
  }

  /**
   * The evidence. Its assurance is the lowest, for nothing binds a record to the thing itself; the
   * record holds until another replaces it.
   */
  private Evidence evidence(Subject subject, SortedMap<String, ClaimValue> claims) {
    return new Evidence(
        subject,
        kind(subject),
        SOURCE,
        AssuranceLevel.L0,
        claims,
        time.now(),
        Evidence.NO_END,
        raw(subject, claims));
  }

  /** The digest of the canonical record: what is stated of it, and its format's version. */
  static Digest raw(Subject subject, SortedMap<String, ClaimValue> claims) {
    Map<String, Object> values = new TreeMap<>();
    claims.forEach((name, value) -> values.put(name, text(value)));
    return Digest.of(
        CanonicalJson.encode(
            Map.of("inventory-record", 1, "subject", subject.toString(), "claims", values)));
  }

  private static String text(ClaimValue value) {
    return switch (value) {
      case ClaimValue.Link(Subject subject) -> subject.toString();
      case ClaimValue.Word(String word) -> word;
      case ClaimValue.Moment moment -> moment.at().toString();
      case ClaimValue.Flag _,
          ClaimValue.Count _,
          ClaimValue.Span _,
          ClaimValue.Measurement _,
          ClaimValue.Digests _ ->
          throw new IllegalArgumentException("the inventory makes no claim of this type");
    };
  }

  /** One pass over devices; stops at the first sign that the sink is down. */
  private final class Run {
    private final AtomicBoolean down = new AtomicBoolean();

    boolean stopped() {
      return down.get();
    }

    void state(List<String> ids) {
      Queue<String> waiting = new ConcurrentLinkedQueue<>(ids);
      Queue<InventoryStore.Revision> stated = new ConcurrentLinkedQueue<>();
      int workers = Math.min(AT_ONCE, ids.size());
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
          running.add(threads.submit(() -> work(waiting, stated)));
        }
      }
      mark(List.copyOf(stated));
    }

    /** What was stated but could not be marked is stated again later, which changes nothing. */
    private void mark(List<InventoryStore.Revision> stated) {
      try {
        if (!stated.isEmpty()) {
          devices.markStated(stated);
        }
      } catch (RuntimeException e) {
        down.set(true);
        LOG.log(Level.WARNING, "What was stated as evidence could not be marked so", e);
      }
    }

    private void work(Queue<String> waiting, Queue<InventoryStore.Revision> stated) {
      for (String id = waiting.poll(); id != null && !down.get(); id = waiting.poll()) {
        try {
          state(id, stated);
        } catch (EvidenceRefused e) {
          LOG.log(Level.WARNING, "Evidence about device {0} was refused: {1}", id, e.getMessage());
        } catch (RuntimeException e) {
          down.set(true);
          LOG.log(Level.WARNING, "Devices wait to be stated as evidence", e);
        }
      }
    }

    /** The record is read under the lock, so that of two changes the later is stated last. */
    private void state(String id, Queue<InventoryStore.Revision> stated) {
      stating.begin(List.of(id));
      try {
        devices
            .unstated(id)
            .ifPresent(revision -> {
              Device device = revision.device();
              if (onRecord.counts(device)) {
                sink.state(evidence(device.subject(), device.claims()));
                onRecord.stated(device.subject(), OnRecord.digest(device));
                stated.add(revision);
              } else {
                LOG.log(Level.ERROR, "The record of device {0} is not the one on record", id);
              }
            });
      } finally {
        stating.end(List.of(id));
      }
    }
  }
}
