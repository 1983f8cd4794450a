package org.thingward.posture;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.thingward.trust.Digest;
import org.thingward.verify.diff.Change;
import org.thingward.verify.replay.Difference;
import org.thingward.verify.replay.ReplayReport;

/** The report of a replay as the API gives it. */
final class ReplayTree {
  private ReplayTree() {}

  static Map<String, Object> of(ReplayReport report, Digest policy, Instant from, Instant until) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("policy", policy.toString());
    tree.put("from", from.toString());
    tree.put("until", until.toString());
    tree.put("decisions", report.decisions());
    tree.put("subjects", report.subjects());
    tree.put("differing", report.differing());
    tree.put("beyond-policy", report.beyondPolicy());
    tree.put("unrepeated", report.unrepeated());
    tree.put("groups", report.groups().stream().map(ReplayTree::group).toList());
    tree.put("ungrouped", report.ungrouped());
    return tree;
  }

  private static Map<String, Object> group(ReplayReport.Group group) {
    Difference difference = group.difference();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("request", difference.request().word());
    tree.put("changes", difference.changes().stream().map(Change::word).toList());
    tree.put("before", outcome(difference.verdict().word(), difference.tier().word()));
    tree.put("after", outcome(difference.verdictAfter().word(), difference.tierAfter().word()));
    tree.put("why", difference.why());
    tree.put("decisions", group.decisions());
    tree.put("subjects", group.subjects());
    tree.put("examples", group.examples().stream().map(ReplayTree::example).toList());
    return tree;
  }

  private static Map<String, Object> outcome(String verdict, String tier) {
    return Map.of("verdict", verdict, "tier", tier);
  }

  private static Map<String, Object> example(ReplayReport.Example example) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("subject", example.recorded().request().subject().toString());
    tree.put("at", example.at().toString());
    tree.put("reasons", example.recorded().reasons());
    tree.put("reasons-after", example.after().reasons());
    return tree;
  }
}
