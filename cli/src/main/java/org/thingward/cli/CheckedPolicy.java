package org.thingward.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.thingward.trust.Policy;
import org.thingward.verify.policy.PolicyError;
import tools.jackson.databind.json.JsonMapper;

/** What a check of a policy found, for a person and for a program. */
final class CheckedPolicy {
  private CheckedPolicy() {}

  static String line(Path file, Policy policy) {
    return "%s is right: %d rules over %d claims of %d sources; its name is %s"
        .formatted(
            file,
            policy.appraise().size(),
            policy.claims().size(),
            policy.sources().size(),
            policy.digest());
  }

  static String json(Policy policy) {
    return JsonMapper.shared()
        .writeValueAsString(
            Map.of("ok", true, "policy", policy.digest().toString(), "errors", List.of()));
  }

  static String json(List<PolicyError> errors) {
    return JsonMapper.shared().writeValueAsString(Map.of("ok", false, "errors", errors));
  }
}
