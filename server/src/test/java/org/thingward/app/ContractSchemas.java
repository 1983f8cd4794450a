package org.thingward.app;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The schemas of openapi.yaml (OpenAPI 3.1, so JSON Schema 2020-12), to hold messages against. */
final class ContractSchemas {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final JsonNode contract;

  private ContractSchemas(JsonNode contract) {
    this.contract = contract;
  }

  static ContractSchemas ofResource() {
    try (InputStream text = ContractSchemas.class.getResourceAsStream("/openapi.yaml")) {
      Object tree = new Load(LoadSettings.builder().build()).loadFromInputStream(text);
      return new ContractSchemas(JSON.valueToTree(tree));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All operations, each as its method and path. */
  Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : contract.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> each : path.getValue().properties()) {
        if (each.getValue().has("operationId")) {
          operations.add(each.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
    }
    return operations;
  }

  /** What in {@code json} is not as the schema of that name says. */
  List<String> breaches(String schema, String json) {
    ObjectNode reference = JSON.createObjectNode();
    reference.put("$ref", "#/components/schemas/" + schema);
    return breaches(reference, json);
  }

  /** What is wrong with a request's body; an operation without one takes no bytes. */
  List<String> breachesOfRequest(String operation, String type, String body) {
    return breaches(operation(operation).path("requestBody").path("content"), type, body);
  }

  /** What is wrong with the body of an answer of status 2xx. */
  List<String> breachesOfAnswer(String operation, String type, String body) {
    return breaches(operation(operation).at("/responses/2XX/content"), type, body);
  }

  private JsonNode operation(String operation) {
    String[] parts = operation.split(" ", 2);
    return contract.path("paths").path(parts[1]).path(parts[0].toLowerCase(Locale.ROOT));
  }

  private List<String> breaches(JsonNode content, String type, String body) {
    if (content.isEmpty()) {
      return body.isEmpty() ? List.of() : List.of("there is a body, and the contract has none");
    }
    JsonNode schema = content.path(type.replaceFirst(";.*", "")).path("schema");
    if (schema.isMissingNode()) {
      return List.of("the contract has no content of type '" + type + "'");
    }
    return type.startsWith("application/json") ? breaches(schema, body) : List.of();
  }

  private List<String> breaches(JsonNode schema, String json) {
    ObjectNode root = schema.deepCopy().asObject();
    root.set("components", contract.path("components"));
    return REGISTRY.getSchema(root).validate(json, InputFormat.JSON).stream()
        .map(Object::toString)
        .toList();
  }
}
