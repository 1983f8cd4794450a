package org.thingward.verify.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thingward.trust.BrakeRule;
import org.thingward.trust.ClaimType;
import org.thingward.trust.Component;
import org.thingward.trust.Digest;
import org.thingward.trust.Policy;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Tier;

class PolicyReaderTest {
  private static final String DEFAULT =
      new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8);

  private static final String SMALL =
      """
      policy-language: 1
      claims:
        holder: {of: key, kind: enum, values: [sole, shared]}
        built: {of: firmware, kind: age}
        runs: {of: inventory, kind: link, to: release}
        tries: {of: traffic, kind: number}
      sources:
        identity: {states: {key: [device]}, worst: contraindicated, raises: yes}
      appraise:
        - {claim: holder, component: instance-identity, sole: affirming, shared: contraindicated}
        - {claim: built, component: executables, over: {400d: warning, 1200d: contraindicated}}
      rights:
        affirming: {connect: yes, publish: ["t/{device}/#"]}
      """;

  @Test
  void the_default_policy_is_read_and_named_by_its_bytes() {
    Policy policy = PolicyReader.read(PolicyReader.defaultPolicy());
    assertThat(policy.digest()).isEqualTo(Digest.of(PolicyReader.defaultPolicy()));
    assertThat(policy.require()).containsExactly(Component.INSTANCE_IDENTITY);
    assertThat(policy.longestToken()).isEqualTo(Duration.ofHours(24));
    assertThat(policy.rightsOf(Tier.CONTRAINDICATED).may())
        .containsExactlyInAnyOrder(RequestKind.ENROL, RequestKind.ATTEST);
    assertThat(policy.claims().get("boot.measurement").type()).isEqualTo(new ClaimType.Measured());
    assertThat(policy.appraise()).hasSize(16);
  }

  @Test
  void the_default_policy_brakes_as_a_policy_does_that_says_nothing_of_it_and_one_source_more() {
    BrakeRule brake = PolicyReader.read(PolicyReader.defaultPolicy()).brake();
    BrakeRule unsaid = PolicyReader.read(SMALL.getBytes(StandardCharsets.UTF_8)).brake();
    assertThat(unsaid.sources()).containsExactly("inventory");
    assertThat(brake)
        .isEqualTo(
            new BrakeRule(
                unsaid.percent(),
                unsaid.devices(),
                unsaid.window(),
                unsaid.hold(),
                unsaid.scopes(),
                new TreeSet<>(Set.of("inventory", "presence"))));
    assertThat(brake.brakes(10, 199)).isTrue();
    assertThat(brake.brakes(10, 200)).as("five percent are not more than five").isFalse();
    assertThat(brake.brakes(9, 9)).as("so few are not braked").isFalse();
  }

  @Test
  void T1_in_the_default_policy_a_device_cannot_raise_itself() {
    Policy policy = PolicyReader.read(PolicyReader.defaultPolicy());
    assertThat(policy.sources().get("device").raises()).isFalse();
    assertThat(policy.sources().get("gateway").raises()).isFalse();
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          policy-language: 1 | policy-language: 2 | 1:18 | this reads policy-language 1; '2' is another
          policy-language: 1 | policy-langage: 1 | 1:1 | 'policy-langage' is no part of a policy; did you mean 'policy-language'?
          kind: age} | kind: aeg} | 4:31 | 'aeg' is no kind of claim; did you mean 'age'?
          kind: age} | kind: age, values: [a]} | 4:36 | 'values' is no part of a claim of this kind; write one of kind, of
          {of: firmware, kind: age} | {of: firmware} | 4:10 | 'kind' is missing; write e.g. kind: enum
          to: release | to: device | 5:41 | 'device' is no kind of link; write one of product, release
          [sole, shared] | [sole, sole] | 3:48 | 'sole' is given twice; keep one
          [sole, shared] | [sole, over] | 3:48 | 'over' has a meaning in rules; take another word
          [sole, shared] | [] | 3:41 | an enum has values; write e.g. values: [good, bad]
          built: {of | Built: {of | 4:3 | 'Built' is no name; names are lower-case words joined by . or -
          states: {key: | states: {keys: | 8:23 | 'keys' is no kind of evidence that a claim is of; did you mean 'key'?
          key: [device] | key: [devise] | 8:29 | 'devise' is no kind of subject; did you mean 'device'?
          worst: contraindicated | worst: affirming | 8:46 | 'affirming' is no worst tier of a source; write one of warning, contraindicated
          raises: yes | raises: true | 8:71 | 'true' is neither yes nor no; write yes or no
          `  identity: {states` | `  device: {states` | 8:3 | what a device says of itself must not raise it; write raises: no
          claim: holder | claim: hodler | 10:13 | 'hodler' is no claim that is declared; did you mean 'holder'?
          claim: holder | claim: runs | 10:13 | no rule judges a claim of kind link; leave it out
          instance-identity | instance-idenity | 10:32 | 'instance-idenity' is no component; did you mean 'instance-identity'?
          sole: affirming | sole: none | 10:57 | 'none' is no tier a rule can give; write one of affirming, warning, contraindicated, nothing
          `, shared: contraindicated` | `` | 10:5 | 'shared' is missing; write e.g. shared: warning
          1200d: | 1200: | 11:66 | '1200' has no unit; a duration is written 1200d, 36h, 15m
          1200d: | 12 days: | 11:66 | '12 days' is no duration; a duration is written 30d, 36h, 15m, 10s
          1200d: | 100d: | 11:66 | thresholds grow and their tiers worsen; put the smaller and milder first
          `over: {400d: warning, 1200d: contraindicated}` | `over: 400d` | 11:50 | 'over' is a mapping; write name: value
          affirming: {connect | afirming: {connect | 13:3 | 'afirming' is no tier; did you mean 'affirming'?
          connect: yes | conect: yes | 13:15 | 'conect' is no kind of request or topic right; did you mean 'connect'?
          connect: yes | connect: [yes] | 13:24 | a single value is expected here
          "t/{device}/#" | "t/{devise}/#" | 13:39 | 't/{devise}/#' holds a variable other than {device}; use that one
          "t/{device}/#" | "t/#" | 13:39 | 't/#' lets one device speak for another; give it a level {device}, as in t/{device}/#
          "t/{device}/#" | "t/{device}#" | 13:39 | 't/{device}#' is no topic filter: a wildcard fills its whole level
          "t/{device}/#" | "#/{device}" | 13:39 | '#/{device}' begins with a wildcard; begin with a name, as in c/{device}/#
          ["t/{device}/#"] | t | 13:38 | a list is expected here; write [one, other]
          affirming: {connect | contraindicated: {connect | 13:30 | contraindicated never may connect; write no. What a product must keep doing is its on-cut
          built: {of: firmware | holder: {of: firmware | 4:3 | 'holder' is given twice, first on line 3; keep one
          built: {of | built: &a {of | 4:10 | anchors (&) are not read; leave it out
          connect: yes | connect: !!str yes | 13:24 | tags (!) are not read; leave it out
          """)
  void every_mistake_is_told_with_its_place(
      String right, String wrong, String place, String message) {
    String text = SMALL.replace(right, wrong == null ? "" : wrong);
    assertThat(text).isNotEqualTo(SMALL);
    assertThat(errors(text)).extracting(PolicyError::toString).contains(place + "  " + message);
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          require: [hardwear] | 14:11 | 'hardwear' is no component; did you mean 'hardware'?
          brake: {share: 5} | 14:16 | '5' is no share; write a whole number of percent, 0% to 100%
          brake: {share: 101%} | 14:16 | '101%' is no share; write a whole number of percent, 0% to 100%
          brake: {devices: 0} | 14:18 | '0' is no number of devices; write 1 to 999999
          brake: {hold: 25h} | 14:15 | the brake takes 1s to 24h here
          brake: {window: 0s} | 14:17 | the brake takes 1s to 24h here
          brake: {scopes: []} | 14:17 | the brake has a scope; write e.g. scopes: [fleet]
          brake: {scopes: [fleat]} | 14:18 | 'fleat' is no scope; did you mean 'fleet'?
          brake: {sources: [inventory]} | 14:19 | 'inventory' is no source; write one of identity
          brake: {sources: [identity]} | 14:19 | 'identity' is a source whose word on a device is never held back; leave it out
          brake: {hald: 1h} | 14:9 | 'hald' is no part of the brake; did you mean 'hold'?
          products: {pump: {on-cut: restrict}} | 14:27 | restrict names topics; write {restrict: ["t/{device}/alarm"]}
          products: {pump: {on-cut: open}} | 14:27 | 'open' is no meaning of a cut; write one of close, restrict
          products: {"a b": {}} | 14:12 | 'a b' is no name for a product
          products: {pump: {attest: {tries: 6h}}} | 14:28 | 'tries' is no claim that a rule judges; write one of built, holder
          products: {pump: {attest: {holder: 6}}} | 14:36 | '6' has no unit; a duration is written 6d, 36h, 15m
          products: {pump: {attest: {holder: 59s}}} | 14:36 | no device attests more often than every minute; write 1m
          products: {pump: {release-keys: [MCowBQYDK2VwAyEA]}} | 14:34 | this is no public key on P-256 or P-384, or of Ed25519; write what openssl pkey -pubout -outform DER gives, in base64
          services: {reader: {receive: ["t/{device}"]}} | 14:31 | 't/{device}' holds a variable other than {service}; use that one
          services: {reader: {recieve: []}} | 14:21 | 'recieve' is no topic right of a service; did you mean 'receive'?
          tokens: {longest: 24} | 14:19 | '24' has no unit; a duration is written 24d, 36h, 15m
          sessions: {refused-publish: ignore} | 14:29 | 'ignore' is no answer; write one of drop, close
          sessions: {expiri: 1h} | 14:12 | 'expiri' is no limit of sessions; did you mean 'expiry'?
          """)
  void mistakes_in_what_may_be_left_out_are_told_too(String line, String place, String message) {
    assertThat(errors(SMALL + line + "\n"))
        .extracting(PolicyError::toString)
        .containsExactly(place + "  " + message);
  }

  @Test
  void many_mistakes_are_told_at_once_and_never_more_than_twenty() {
    assertThat(errors(SMALL.replace("yes", "maybe"))).hasSize(2);
    String many =
        SMALL
            + "products:\n"
            + "  p%d: {x: 1}\n"
                .repeat(30)
                .formatted(java.util.stream.IntStream.range(0, 30).boxed().toArray());
    assertThat(errors(many)).hasSize(20);
  }

  @Test
  void what_is_no_yaml_is_told_where() {
    assertThat(errors("claims: {a: [}")).hasSize(1);
    assertThat(errors("claims: {a: [}").getFirst().toString()).startsWith("1:14  this is no YAML");
    assertThat(errors("")).extracting(PolicyError::line).containsExactly(1);
    assertThat(errors("a: 1\n---\nb: 1\n").getFirst().message()).contains("one document");
    assertThat(errors("a: *b\n"))
        .extracting(PolicyError::toString)
        .contains("1:4  aliases (*) are not read; write the value again");
    assertThat(errors("a: " + "[".repeat(100_000)).getFirst().message()).contains("too deeply");
    assertThatThrownBy(() -> PolicyReader.read(new byte[Yaml.MAX_BYTES + 1]))
        .isInstanceOf(PolicyRefused.class)
        .hasMessageContaining("at most 1 MiB");
    assertThatThrownBy(() -> PolicyReader.read(new byte[] {'a', '\n', (byte) 0xff}))
        .isInstanceOf(PolicyRefused.class)
        .hasMessageContaining("2:1  a policy is written in UTF-8");
  }

  @Property(tries = 3000)
  void random_bytes_are_refused_and_nothing_worse(@ForAll byte[] bytes) {
    assertThatThrownBy(() -> PolicyReader.read(bytes)).isInstanceOf(PolicyRefused.class);
  }

  @Property(tries = 3000)
  void a_policy_with_a_piece_cut_out_is_read_or_refused(
      @ForAll int from, @ForAll int length, @ForAll char instead) {
    int start = Math.floorMod(from, DEFAULT.length());
    int end = Math.min(DEFAULT.length(), start + Math.floorMod(length, 20));
    String text = DEFAULT.substring(0, start) + instead + DEFAULT.substring(end);
    try {
      assertThat(PolicyReader.read(text.getBytes(StandardCharsets.UTF_8))).isNotNull();
    } catch (PolicyRefused refused) {
      assertThat(refused.errors()).isNotEmpty();
    }
  }

  private static List<PolicyError> errors(String text) {
    PolicyRefused refused =
        catchThrowableOfType(
            PolicyRefused.class, () -> PolicyReader.read(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(refused).as("refused").isNotNull();
    return refused.errors();
  }
}
