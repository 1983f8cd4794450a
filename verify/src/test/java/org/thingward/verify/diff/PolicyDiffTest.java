package org.thingward.verify.diff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.TopicFilter;
import org.thingward.verify.policy.PolicyReader;

class PolicyDiffTest {
  private static final String DEFAULT = new String(PolicyReader.defaultPolicy(), UTF_8);

  /** Small enough that every point of its domain can be appraised one by one. */
  private static final String SMALL =
      """
      policy-language: 1
      claims:
        credential.accepted: {of: id, kind: digests}
        holder: {of: holder, kind: enum, values: [sole, shared]}
        load: {of: traffic, kind: number}
        door: {of: traffic, kind: flag}
        made: {of: id, kind: link, to: product}
      sources:
        id: {states: {id: [device, service], holder: [device]}, worst: contraindicated, raises: yes}
        probe: {states: {holder: [device], traffic: [device, service]}, worst: warning, raises: no}
      appraise:
        - {claim: holder, component: instance-identity, sole: affirming, shared: contraindicated}
        - {claim: load, component: configuration, over: {10: warning, 20: contraindicated}}
        - {claim: door, component: hardware, yes: warning, no: nothing}
      require: [instance-identity]
      rights:
        affirming: {connect: yes, publish: ["t/{device}/#"]}
        warning: {connect: yes, publish: ["t/{device}/a"]}
        contraindicated: {enrol: yes}
      products: {bell: {require: [instance-identity, hardware]}}
      services:
        reader: {receive: ["t/#"]}
      """;

  private static Policy policy(String text) {
    return PolicyReader.read(text.getBytes(UTF_8));
  }

  private static PolicyDiff diff(String from, String to) {
    assertThat(DEFAULT).contains(from);
    return PolicyDiff.between(policy(DEFAULT), policy(DEFAULT.replace(from, to)));
  }

  @Test
  void a_comment_changes_the_name_and_no_decision() {
    PolicyDiff diff = diff("policy-language: 1", "policy-language: 1 # and a word more");
    assertThat(diff.old()).isNotEqualTo(diff.renewed());
    assertThat(diff.isSame()).isTrue();
    assertThat(diff.differing()).isZero();
  }

  static List<Arguments> edits() {
    return List.of(
        edit(
            "over: {400d: warning}",
            "over: {200d: warning}",
            "firmware.released is 200d ago, not yet 400d ago",
            Change.LOWERS),
        edit(
            "over: {100: warning}",
            "over: {200: warning}",
            "refused.packets is over 100, at most 200",
            Change.RAISES),
        edit("planned: nothing", "planned: warning", "lifecycle is planned", Change.LOWERS),
        edit(
            "differs: contraindicated, holds",
            "differs: warning, holds",
            "boot.measurement differs from its release",
            Change.PERMITS),
        edit(
            "contested: warning, holds: 24h",
            "contested: warning, holds: 12h",
            "token.key is contested",
            Change.RAISES),
        edit(
            "holds: 24h, hold-down: 5m",
            "holds: 24h, hold-down: 9m",
            "boot.measurement cannot be compared",
            Change.LOWERS),
        edit(
            "require: [instance-identity]\n\n",
            "require: [instance-identity, executables]\n\n",
            "what must be stated of every subject",
            Change.DENIES),
        edit(
            "    publish: [\"t/{device}/telemetry\"]",
            "    publish: []",
            "what warning may",
            Change.NARROWS),
        edit(
            "    publish: [\"c/#\"]",
            "    publish: [\"c/#\", \"d/#\"]",
            "the rights of service commander",
            Change.WIDENS),
        edit(
            "# Services: back ends",
            "products: {any-product: {attest: {boot.measurement: 6h}}}\n# Services: back ends",
            "what must be stated of devices of product any-product",
            Change.DENIES),
        edit(
            "sessions: {longest: 24h",
            "sessions: {longest: 12h",
            "the longest grant",
            Change.SHORTENS),
        edit(
            "states: {boot: [device], software: [device], attestation.key: [device], attestation.credential: [device], attestation.allowed: [product]}\n    worst: contraindicated\n    raises: yes",
            "states: {boot: [device], software: [device], attestation.key: [device], attestation.credential: [device], attestation.allowed: [product]}\n    worst: warning\n    raises: yes",
            "attestation states boot about a device",
            Change.PERMITS),
        edit(
            "{of: inventory.record, kind: link, to: release}",
            "{of: inventory.record, kind: name}",
            "device.release, as a link",
            Change.RAISES));
  }

  private static Arguments edit(String from, String to, String where, Change change) {
    return Arguments.of(from, to, where, change);
  }

  @ParameterizedTest
  @MethodSource("edits")
  void one_edit_is_shown_where_it_is_and_leaves_nothing_unshown(
      String from, String to, String where, Change change) {
    PolicyDiff diff = diff(from, to);
    assertThat(diff.unshown()).allMatch(Region::isOfWording);
    Region region =
        diff.regions().stream().filter(one -> one.where().equals(where)).findFirst().orElseThrow();
    assertThat(region.changes()).contains(change);
    assertThat(region.witness()).isPresent();
  }

  @Test
  void what_no_decision_reads_is_told_beside_decisions() {
    PolicyDiff diff =
        diff("expiry: 1h, refused-publish: drop", "expiry: 2h, refused-publish: close");
    assertThat(diff.decidesAlike()).isTrue();
    assertThat(diff.isSame()).isFalse();
    assertThat(diff.limits())
        .contains(new Limit("the longest MQTT session expiry", "1h", "2h"))
        .contains(new Limit("what a refused publish of MQTT 3.1.1 gets", "drop", "close"));
  }

  @Test
  void a_change_of_the_brake_is_named() {
    PolicyDiff diff = diff("share: 5%, devices: 10", "share: 7%, devices: 10");
    assertThat(diff.decidesAlike()).isTrue();
    assertThat(diff.limits())
        .singleElement()
        .satisfies(limit -> {
          assertThat(limit.where()).isEqualTo("when falls of many at once are braked");
          assertThat(limit.before()).startsWith("more than 5% and at least 10 of fleet or product");
          assertThat(limit.after()).startsWith("more than 7%");
        });
  }

  @Test
  void topics_are_compared_by_what_they_match_not_by_how_they_are_written() {
    PolicyDiff diff =
        diff("publish: [\"t/{device}/#\"]", "publish: [\"t/{device}\", \"t/{device}/+/#\"]");
    assertThat(diff.decidesAlike()).isTrue();
  }

  @Test
  void another_interval_of_attestation_is_shown_at_the_moment_that_it_matters() {
    String six = DEFAULT + "products: {pump: {attest: {boot.measurement: 6h}}}\n";
    PolicyDiff diff = PolicyDiff.between(policy(six), policy(six.replace("6h}}}", "12h}}}")));
    assertThat(diff.unshown()).isEmpty();
    Region region = diff.regions().getFirst();
    assertThat(region.before()).isEqualTo("instance-identity, boot.measurement every 6h");
    assertThat(region.after()).isEqualTo("instance-identity, boot.measurement every 12h");
    assertThat(region.changes()).contains(Change.PERMITS, Change.RAISES);
    assertThat(region.points()).as("it differs in times alone").isEmpty();
    assertThat(diff.differing()).isZero();
    assertThat(region.witness().orElseThrow().before().reasons())
        .anySatisfy(reason -> assertThat(reason).contains("was attested over 6h ago"));
  }

  @Test
  void every_part_of_a_policy_is_compared() {
    // A part that is added to the language must be added to the diff, and then here.
    assertThat(Arrays.stream(Policy.class.getRecordComponents()).map(RecordComponent::getName))
        .allMatch(PolicyDiff.PARTS::contains);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "over: {10: warning, 20: contraindicated}|over: {15: contraindicated}",
        "require: [instance-identity]|require: [instance-identity, hardware]",
        "bell: {|lamp: {attest: {holder: 1h, door: 1h}}, bell: {attest: {holder: 1h}, ",
        "traffic: [device, service]}, worst: warning, raises: no|traffic: [device]}, worst: contraindicated, raises: yes",
        "warning: {connect: yes|warning: {enrol: yes, renew: yes",
      })
  void the_counted_points_are_those_that_the_real_appraisal_decides_differently(
      String from, String to) {
    Policy old = policy(SMALL);
    Policy renewed = policy(SMALL.replace(from, to));
    PolicyDiff diff = PolicyDiff.between(old, renewed);
    long points = 0;
    long differing = 0;
    for (Evidence usual : usual(renewed)) {
      Subject subject = usual.subject();
      for (List<Evidence> evidence : everything(usual, old, renewed)) {
        for (RequestKind kind : RequestKind.values()) {
          points++;
          Request request =
              new Request(
                  kind, subject, Stage.CREDENTIAL, Stage.BEGIN.plus(Duration.ofDays(9_000)));
          Compared compared =
              Compared.of(old, renewed, evidence, ReferenceValues.NONE, request, Stage.BEGIN);
          Set<Change> changes = EnumSet.noneOf(Change.class);
          changes.addAll(compared.changes());
          changes.removeAll(Set.of(Change.REASONS, Change.SHORTENS, Change.LENGTHENS));
          differing += changes.isEmpty() ? 0 : 1;
        }
      }
    }
    assertThat(diff.points()).isEqualTo(BigInteger.valueOf(points));
    assertThat(diff.differing()).isEqualTo(BigInteger.valueOf(differing)).isPositive();
  }

  /** What is always said, of each kind of subject: its certificate, and its product if any. */
  private static List<Evidence> usual(Policy policy) {
    List<Evidence> usual = new ArrayList<>();
    ClaimValue certificate = new ClaimValue.Digests(new TreeSet<>(Set.of(Stage.CREDENTIAL)));
    for (Subject subject : List.of(Subject.device("d"), Subject.service("reader"))) {
      usual.add(said(subject, "id", "id", "credential.accepted", certificate));
    }
    for (String product : policy.products().keySet()) {
      ClaimValue link = new ClaimValue.Link(Subject.product(product));
      usual.add(
          Stage.merged(usual.getFirst(), said(Subject.device("d"), "id", "id", "made", link)));
    }
    return usual;
  }

  /** All that sources can say of a subject now beside that, claim by claim. */
  private static List<List<Evidence>> everything(Evidence usual, Policy old, Policy renewed) {
    Subject subject = usual.subject();
    List<List<Evidence>> all = new ArrayList<>();
    all.add(List.of(usual));
    for (String source : List.of("id", "probe")) {
      for (String claim : List.of("holder", "load", "door")) {
        String kind = old.claims().get(claim).of();
        boolean states =
            List.of(old, renewed).stream()
                .anyMatch(policy -> policy.sources().get(source).mayState(kind, subject.kind()));
        if (states) {
          List<List<Evidence>> more = new ArrayList<>(all);
          for (ValueCell cell : cells(claim, old, renewed)) {
            Evidence one = said(subject, kind, source, claim, cell.sample(Stage.BEGIN));
            all.forEach(evidence -> more.add(with(evidence, one)));
          }
          all = more;
        }
      }
    }
    return all;
  }

  private static List<ValueCell> cells(String claim, Policy old, Policy renewed) {
    List<org.thingward.trust.AppraisalRule> rules = new ArrayList<>();
    for (Policy policy : List.of(old, renewed)) {
      policy.appraise().stream().filter(rule -> rule.claim().equals(claim)).forEach(rules::add);
    }
    return Cells.of(rules);
  }

  /** A source says all claims of a kind in one statement. */
  private static List<Evidence> with(List<Evidence> evidence, Evidence one) {
    List<Evidence> more = new ArrayList<>(evidence);
    Optional<Evidence> same =
        evidence.stream()
            .filter(other -> other.source().equals(one.source()) && other.kind().equals(one.kind()))
            .findFirst();
    if (same.isPresent()) {
      more.remove(same.get());
      more.add(Stage.merged(same.get(), one));
    } else {
      more.add(one);
    }
    return more;
  }

  private static Evidence said(
      Subject subject, String kind, String source, String claim, ClaimValue value) {
    return new Evidence(
        subject,
        kind,
        source,
        AssuranceLevel.L3,
        new TreeMap<>(java.util.Map.of(claim, value)),
        Stage.BEGIN,
        Evidence.NO_END,
        Stage.CREDENTIAL);
  }

  @ParameterizedTest
  @CsvSource({"a/#, a/b/#", "+/b, a/b", "a/+, a/b", "#, +/#", "a/b/+, a/+/c", "+/+, a/+"})
  void a_topic_is_found_that_only_one_side_matches(String one, String other) {
    Optional<String> found =
        Topics.matchedOnlyBy(List.of(TopicFilter.of(one)), List.of(TopicFilter.of(other)));
    if (found.isPresent()) {
      assertThat(TopicFilter.of(one).matches(found.get().getBytes(UTF_8))).isTrue();
      assertThat(TopicFilter.of(other).matches(found.get().getBytes(UTF_8))).isFalse();
    }
    assertThat(found.isPresent()).as("# and +/# match the same topics").isEqualTo(!one.equals("#"));
  }
}
