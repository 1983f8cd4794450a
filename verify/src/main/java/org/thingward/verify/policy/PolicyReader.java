package org.thingward.verify.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.thingward.trust.AppraisalRule;
import org.thingward.trust.ClaimDeclaration;
import org.thingward.trust.Component;
import org.thingward.trust.Digest;
import org.thingward.trust.Policy;
import org.thingward.trust.SessionRule;
import org.thingward.trust.SourceRule;

/** Reads a policy from its bytes: YAML, policy language 1. */
public final class PolicyReader {
  /** The only version of the language there is. */
  public static final int LANGUAGE = 1;

  private static final Duration TOKEN = Duration.ofHours(24);
  private static final Duration SESSION = Duration.ofHours(24);
  private static final Duration EXPIRY = Duration.ofHours(1);

  private final Mistakes mistakes = new Mistakes();

  private PolicyReader() {}

  /**
   * Reads a policy. Its name is the digest of exactly these bytes.
   *
   * @param bytes UTF-8, at most 1 MiB
   * @throws PolicyRefused if anything in it is not understood or not safe
   */
  public static Policy read(byte[] bytes) {
    return new PolicyReader().policy(bytes);
  }

  /** The bytes of the policy that is in force until another is applied. */
  public static byte[] defaultPolicy() {
    try (InputStream in = PolicyReader.class.getResourceAsStream("default-policy.yaml")) {
      if (in == null) {
        throw new IllegalStateException("default-policy.yaml is missing from this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Policy policy(byte[] bytes) {
    Section root = Section.of(Yaml.read(bytes, mistakes), "a policy", mistakes);
    language(root);
    SortedMap<String, ClaimDeclaration> claims =
        Claims.read(section(root, "claims", true), mistakes);
    SortedMap<String, SourceRule> sources =
        Sources.read(section(root, "sources", true), claims, mistakes);
    List<AppraisalRule> rules = Rules.read(root, claims, mistakes);
    Set<Component> require =
        root.member("require").map(node -> components(root, node)).orElse(Set.of());
    RightsSections rights = new RightsSections(mistakes);
    Policy policy =
        new Policy(
            Digest.of(bytes),
            claims,
            sources,
            rules,
            require,
            rights.tiers(section(root, "rights", true)),
            rights.products(section(root, "products", false), judged(rules)),
            rights.services(section(root, "services", false)),
            token(root),
            sessions(root),
            Brake.read(section(root, "brake", false), sources.keySet()));
    root.refuseOthers("part of a policy");
    mistakes.throwIfAny();
    return policy;
  }

  private static Set<String> judged(List<AppraisalRule> rules) {
    return rules.stream().map(AppraisalRule::claim).collect(Collectors.toCollection(TreeSet::new));
  }

  private static void language(Section root) {
    Optional<Node> node = root.required("policy-language", "1");
    if (node.isPresent()) {
      Optional<String> text = root.text(node.get());
      if (text.isPresent() && !text.get().equals(Integer.toString(LANGUAGE))) {
        root.mistakes()
            .add(node.get(), "this reads policy-language 1; '%s' is another".formatted(text.get()));
      }
    }
  }

  private Section section(Section root, String key, boolean required) {
    Optional<Node> node = required ? root.required(key, "{…}") : root.member(key);
    Node empty = new Node.Mapping(root.place().line(), root.place().column(), List.of());
    return Section.of(node.orElse(empty), "'" + key + "'", mistakes);
  }

  static Set<Component> components(Section section, Node node) {
    EnumSet<Component> components = EnumSet.noneOf(Component.class);
    components.addAll(
        section.list(
            node, item -> section.oneOf(item, "component", Component.values(), Component::word)));
    return components;
  }

  private Duration token(Section root) {
    Section tokens = section(root, "tokens", false);
    Duration longest = tokens.member("longest").flatMap(tokens::duration).orElse(TOKEN);
    tokens.refuseOthers("limit of tokens");
    return longest;
  }

  private SessionRule sessions(Section root) {
    Section sessions = section(root, "sessions", false);
    SessionRule rule =
        new SessionRule(
            sessions.member("longest").flatMap(sessions::duration).orElse(SESSION),
            sessions.member("expiry").flatMap(sessions::duration).orElse(EXPIRY),
            sessions
                .member("refused-publish")
                .flatMap(node -> sessions.word(node, "answer", Arrays.asList("drop", "close")))
                .filter("close"::equals)
                .isPresent());
    sessions.refuseOthers("limit of sessions");
    return rule;
  }
}
