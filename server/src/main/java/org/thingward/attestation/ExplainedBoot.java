package org.thingward.attestation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import org.thingward.trust.Digest;
import org.thingward.verify.boot.BootEvent;
import org.thingward.verify.boot.EventKind;
import org.thingward.verify.boot.PcrUse;
import org.thingward.verify.tpm.TpmAlgorithm;

/**
 * A boot for people to read: each PCR with its value and another boot's beside it, and what was
 * measured, event by event.
 *
 * @param quoted what is on record
 * @param references the boots that are right for the device's release
 * @param shown the values behind the record, if they are kept
 * @param beside what it is compared with
 * @param other that boot; empty if there is none
 */
record ExplainedBoot(
    QuotedBoot quoted,
    SortedSet<Digest> references,
    Optional<MeasuredBoot> shown,
    Beside beside,
    Optional<MeasuredBoot> other) {
  private static final int MOST_EVENTS = 1_000;

  /** Which boot's values stand beside. */
  enum Beside {
    /** One that is right for the release, as a device showed it. */
    REFERENCE("reference"),
    /** The device's own one before, where no device has shown one that is right. */
    BEFORE("before"),
    /** None. */
    NOTHING("nothing");

    private final String word;

    Beside(String word) {
      this.word = word;
    }
  }

  /** As the operator API answers it. */
  Map<String, Object> tree() {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("received", quoted.received().toString());
    tree.put("evidence", quoted.evidence().toString());
    quoted.receipt().ifPresent(receipt -> tree.put("receipt", receipt.entry().toString()));
    tree.put("measurement", quoted.measurement().toString());
    tree.put("reference", reference());
    tree.put("beside", beside.word);
    quoted.secure().ifPresent(secure -> tree.put("secure-boot", secure));
    shown.ifPresent(boot -> tree.put("bank", boot.bank().word()));
    tree.put("pcrs", shown.map(this::pcrs).orElseGet(List::of));
    tree.put("log", quoted.log().isPresent());
    List<BootEvent> events = shown.map(MeasuredBoot::events).orElseGet(List::of);
    tree.put("events-told", events.size());
    tree.put("events", shown.map(boot -> lines(boot.bank(), events)).orElseGet(List::of));
    return tree;
  }

  private String reference() {
    if (references.isEmpty()) {
      return "unknown";
    }
    return references.contains(quoted.measurement()) ? "matches" : "differs";
  }

  private List<Map<String, Object>> pcrs(MeasuredBoot boot) {
    List<Map<String, Object>> rows = new ArrayList<>();
    boot.pcrs()
        .forEach((pcr, value) -> {
          Map<String, Object> row = new TreeMap<>();
          row.put("pcr", pcr);
          row.put("use", PcrUse.words(pcr));
          row.put("value", value);
          other
              .map(each -> each.pcrs().get(pcr))
              .filter(each -> !each.equals(value))
              .ifPresent(each -> row.put("other", each));
          rows.add(row);
        });
    return rows;
  }

  private List<Map<String, Object>> lines(TpmAlgorithm bank, List<BootEvent> events) {
    Optional<Set<String>> known =
        other
            .map(MeasuredBoot::events)
            .filter(former -> !former.isEmpty())
            .map(former -> measured(bank, former));
    List<Map<String, Object>> lines = new ArrayList<>();
    for (BootEvent event : events.subList(0, Math.min(MOST_EVENTS, events.size()))) {
      Map<String, Object> line = new TreeMap<>();
      line.put("number", lines.size());
      line.put("type", event.kind() == EventKind.OTHER ? "other" : "EV_" + event.kind().name());
      line.put("words", event.words());
      if (event.isMeasured()) {
        line.put("pcr", event.pcr());
        line.put("digest", event.digests().getOrDefault(bank, ""));
        line.put("measured-words", event.isOfItsData(bank));
        known.ifPresent(set -> line.put("new", !set.contains(place(bank, event))));
      }
      lines.add(line);
    }
    return lines;
  }

  private static Set<String> measured(TpmAlgorithm bank, List<BootEvent> events) {
    Set<String> places = new HashSet<>();
    events.stream().filter(BootEvent::isMeasured).forEach(event -> places.add(place(bank, event)));
    return places;
  }

  private static String place(TpmAlgorithm bank, BootEvent event) {
    return event.pcr() + " " + event.digests().getOrDefault(bank, "");
  }
}
