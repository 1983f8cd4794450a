package org.thingward.verify.diff;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A difference of two policies as JSON: for programs, and for the console. */
public final class DiffTree {
  private DiffTree() {}

  /** Every region with its case, what differs beside decisions, and how large the domain is. */
  public static JsonNode of(PolicyDiff diff) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("old", diff.old().toString());
    tree.put("new", diff.renewed().toString());
    tree.put("same", diff.isSame());
    tree.put("decides-alike", diff.decidesAlike());
    tree.put("points", diff.points());
    tree.put("differing", diff.differing());
    tree.put("regions", diff.regions().stream().map(DiffTree::region).toList());
    tree.put("unshown", diff.unshown().stream().map(DiffTree::region).toList());
    tree.put("beside-decisions", diff.limits());
    return JsonMapper.shared().valueToTree(tree);
  }

  private static Map<String, Object> region(Region region) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("where", region.where());
    tree.put("before", region.before());
    tree.put("after", region.after());
    tree.put("changes", region.changes().stream().map(Change::word).toList());
    region.points().ifPresent(points -> tree.put("points", points));
    region.witness().ifPresent(witness -> tree.put("witness", witness(witness)));
    return tree;
  }

  private static Map<String, Object> witness(Compared compared) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("subject", compared.request().subject().toString());
    tree.put("request", compared.request().kind().word());
    tree.put("at", compared.at().toString());
    tree.put(
        "evidence", compared.evidence().stream().map(piece -> parsed(piece.canonical())).toList());
    tree.put("reference-values", parsed(compared.references().canonical()));
    tree.put("before", parsed(compared.before().canonical()));
    tree.put("after", parsed(compared.after().canonical()));
    return tree;
  }

  private static Object parsed(byte[] canonical) {
    return JsonMapper.shared().readValue(new String(canonical, StandardCharsets.UTF_8), Map.class);
  }
}
