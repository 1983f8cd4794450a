package org.thingward.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.thingward.operator.Operator;
import org.thingward.verify.diff.DiffTree;
import org.thingward.verify.diff.PolicyDiff;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts a policy in force as a person should: seen first what it changes, over all cases and over
 * what really happened, then asked.
 *
 * @param json whether a program reads
 * @param yes whether the answer to the question is known
 */
record PolicyApplication(Terminal terminal, Operator operator, boolean json, boolean yes) {
  private static final int SHOWN = 5;

  /** Within which time live grants follow, as the API promises. */
  private static final String FOLLOW =
      "live grants follow within 10 seconds, but for falls that the policy's brake holds back";

  void apply(PolicyFile renewed, String reason, Map<String, String> past) {
    PolicyFile former = PolicyFile.of(operator.policy(), "the policy in force");
    PolicyDiff diff = PolicyDiff.between(former.policy(), renewed.policy());
    say("compared with the policy in force, " + former.policy().digest() + ":");
    if (!json) {
      DiffLines.of(diff, SHOWN, terminal).forEach(terminal::line);
    }
    say("");
    ReplayedPolicy replayed = ReplayedPolicy.ask(operator, renewed.bytes(), past, terminal);
    if (!json) {
      replayed.lines(false).forEach(terminal::line);
    }
    say("");
    if (!yes) {
      ask();
    }
    JsonNode answer = operator.replacePolicy(former.policy().digest(), renewed.bytes(), reason);
    say("in force: " + Answers.text(answer, "policy"));
    say(FOLLOW);
    if (json) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("policy", Answers.text(answer, "policy"));
      tree.put("diff", DiffTree.of(diff));
      tree.put("replay", replayed.json());
      terminal.line(Answers.pretty(JsonMapper.shared().<JsonNode>valueToTree(tree)));
    }
  }

  private void say(String line) {
    if (!json) {
      terminal.line(line);
    }
  }

  private void ask() {
    if (!terminal.live()) {
      throw new Failed(
          "nothing was changed: this asks before it acts, and there is no terminal: give --yes");
    }
    if (!terminal.confirms("Put it in force? Type yes: ")) {
      throw new Failed("nothing was changed");
    }
  }
}
