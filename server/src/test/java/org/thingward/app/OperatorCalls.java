package org.thingward.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.thingward.app.PasskeyClient.Answer;

/**
 * For each operation of the operator API, what one would ask about a device to learn of it or to
 * touch it.
 */
final class OperatorCalls {
  private static final String JSON = "application/json";
  private static final String REASON = "{\"reason\":\"to try\"}";

  /** A request. */
  record Call(String method, String path, String type, String body) {
    Answer by(PasskeyClient who) {
      return who.ask(method, path, type, body);
    }
  }

  /**
   * A device, and what names it and what there is of it.
   *
   * @param mark what all names of it and around it hold, and nothing else does
   * @param serial of its certificate
   * @param token the id of an enrolment token for it
   * @param entry the index of a decision about it
   */
  record Thing(
      String mark,
      String id,
      String product,
      String region,
      String serial,
      String token,
      String entry) {
    /** One that does not exist, of the same product in the same region. */
    Thing phantom() {
      return new Thing(
          mark,
          "phantom-1",
          product,
          region,
          "7777777777777777",
          "00000000-0000-7000-8000-000000000000",
          "99999999");
    }

    /** An answer about it, in which its names are those of any, and counts are of any moment. */
    String anonymous(String text) {
      return text.replaceAll("\"at\":\"[^\"]*\",(?=\"contraindicated\")", "")
          .replace(id, "(id)")
          .replace(serial, "(serial)")
          .replace(token, "(token)")
          .replace("entry " + entry + " ", "entry (entry) ");
    }
  }

  private final Map<String, List<Call>> calls = new LinkedHashMap<>();

  /** Those about this device. */
  OperatorCalls(Thing it, String policy) {
    inventory(it);
    identity(it);
    trust(it);
    policies(policy);
    operators();
    drills();
  }

  private void inventory(Thing it) {
    String record = "\"product\":\"%s\",\"region\":\"%s\"".formatted(it.product(), it.region());
    get("/devices", "/devices?limit=500", "/devices?product=" + it.product());
    get("/devices", "/devices?limit=500&region=" + it.region());
    add("POST /devices", "/devices", JSON, "{\"id\":\"" + it.id() + "\"," + record + "}");
    get("/devices/{id}", "/devices/" + it.id());
    add("PUT /devices/{id}", "/devices/" + it.id(), JSON, "{" + record + "}");
    add("POST /devices/{id}/reinstate", "/devices/" + it.id() + "/reinstate", JSON, "");
    add(
        "POST /devices/import",
        "/devices/import?dry-run=true",
        "text/csv",
        "device,product,release,owner,region,lifecycle\n%s,%s,1.0.0,thief,%s,active\n"
            .formatted(it.id(), it.product(), it.region()));
    get("/devices/export", "/devices/export?format=csv", "/devices/export?format=json");
    get("/fleet", "/fleet?limit=500", "/fleet?query=" + it.id());
    get("/fleet", "/fleet?query=region:" + it.region(), "/fleet?query=product:" + it.product());
    get("/fleet/history", "/fleet/history", "/fleet/history?query=" + it.id());
    get("/products", "/products");
    add("PUT /products/{name}", "/products/" + it.product(), JSON, "{\"maker\":\"thief\"}");
    get("/releases", "/releases", "/releases?product=" + it.product());
    add(
        "PUT /releases/{product}/{version}",
        "/releases/" + it.product() + "/9.9.9",
        JSON,
        "{\"released\":\"2026-01-01\"}");
  }

  private void identity(Thing it) {
    get("/ca", "/ca");
    get("/crypto/inventory", "/crypto/inventory");
    get("/devices/{id}/certificates", "/devices/" + it.id() + "/certificates");
    get("/services/{id}/certificates", "/services/collector/certificates");
    add(
        "POST /certificates/{serial}/revoke",
        "/certificates/" + it.serial() + "/revoke",
        JSON,
        REASON);
    add("POST /tokens", "/tokens", JSON, "{\"device\":\"" + it.id() + "\"}");
    add("POST /tokens/derived", "/tokens/derived", JSON, "{\"devices\":[\"" + it.id() + "\"]}");
    get("/tokens", "/tokens?limit=1000");
    add("DELETE /tokens/{id}", "/tokens/" + it.token(), JSON, "");
    get("/sessions", "/sessions?subject=device:" + it.id());
  }

  private void trust(Thing it) {
    get("/postures", "/postures?limit=500");
    get("/postures/{subject}", "/postures/device:" + it.id());
    get("/devices/{id}/ear", "/devices/" + it.id() + "/ear");
    get("/devices/{id}/boot", "/devices/" + it.id() + "/boot");
    String attachment = "/devices/" + it.id() + "/attachment";
    get("/devices/{id}/attachment", attachment);
    get("/attachments", "/attachments?limit=1", "/attachments?gateway=" + it.id());
    add(
        "PUT /devices/{id}/attachment",
        attachment,
        JSON,
        "{\"gateway\":\"" + it.id() + "\",\"address\":\"02:00:5e:10:00:01\"}");
    add("DELETE /devices/{id}/attachment", attachment, "", "");
    get("/ear/keys", "/ear/keys");
    String keys = "/products/" + it.product() + "/endorsement-keys";
    get("/products/{name}/endorsement-keys", keys);
    String digest = "sha256:" + "ab".repeat(32);
    add("POST /products/{name}/endorsement-keys", keys, JSON, "{\"keys\":[\"" + digest + "\"]}");
    add("DELETE /products/{name}/endorsement-keys", keys, JSON, "");
    get("/evidence", "/evidence?subject=device:" + it.id());
    add(
        "POST /evidence",
        "/evidence",
        JSON,
        "{\"subject\":\"device:%s\",\"kind\":\"operator.order\",\"claims\":{\"order\":{\"word\":\"quarantine\"}}}"
            .formatted(it.id()));
    add(
        "POST /evidence",
        "/evidence",
        JSON,
        "{\"subject\":\"product:%s\",\"kind\":\"operator.order\",\"claims\":{\"order\":{\"word\":\"quarantine\"}}}"
            .formatted(it.product()));
    get("/devices/{id}/attest", "/devices/" + it.id() + "/attest");
    for (String order : List.of("attest", "quarantine", "revoke", "release")) {
      add("POST /devices/{id}/" + order, "/devices/" + it.id() + "/" + order, JSON, REASON);
    }
    get("/decisions", "/decisions?limit=500", "/decisions?subject=device:" + it.id());
    get("/decisions/events", "/decisions/events");
    get("/proofs/{entry}", "/proofs/" + it.entry());
    get("/log/{path...}", "/log/checkpoint", "/log/tile/entries/000.p/1");
    get("/export", "/export", "/export?subject=device:" + it.id());
    get("/waves", "/waves");
    get("/waves/{wave}", "/waves/abcdefabcdef");
    add("POST /waves/{wave}/release", "/waves/abcdefabcdef/release", JSON, REASON);
    add("POST /waves/{wave}/call-off", "/waves/abcdefabcdef/call-off", JSON, REASON);
  }

  private void policies(String policy) {
    String yaml = "application/yaml";
    get("/openapi.yaml", "/openapi.yaml");
    get("/clock", "/clock");
    add("POST /clock/accept", "/clock/accept", JSON, REASON);
    get("/policy", "/policy");
    get("/policy/history", "/policy/history");
    get("/policy/history/{policy}", "/policy/history/none");
    add("POST /policy/check", "/policy/check", yaml, policy);
    add("POST /policy/diff", "/policy/diff", yaml, "policy-language: 1\n");
    add("PUT /policy", "/policy?reason=to+try&replaces=none", yaml, policy);
    add("POST /policy/replay", "/policy/replay?from=never", yaml, policy);
    get("/reference-values", "/reference-values");
    add("PUT /reference-values", "/reference-values", JSON, "{}");
    add("POST /reference-values", "/reference-values", "application/jose", "a.b.c");
  }

  private void operators() {
    get("/operators", "/operators");
    get("/operators/me", "/operators/me");
    get("/operators/findings", "/operators/findings");
    get("/approvals", "/approvals");
    get("/approvals/{approval}", "/approvals/none");
    for (String step : List.of("approve", "refuse")) {
      add("POST /approvals/{approval}/" + step, "/approvals/none/" + step, JSON, "{}");
    }
    for (String step : List.of("withdraw", "execute")) {
      add("POST /approvals/{approval}/" + step, "/approvals/none/" + step, JSON, "");
    }
    get("/break-glass", "/break-glass");
    add("POST /break-glass", "/break-glass", JSON, "{}");
    add("POST /break-glass/{glass}/review", "/break-glass/none/review", JSON, "{}");
    get("/operators/me/tokens", "/operators/me/tokens");
    get("/api-tokens", "/api-tokens");
    String none = "00000000-0000-7000-8000-000000000000";
    add("DELETE /operators/me/tokens/{id}", "/operators/me/tokens/" + none, JSON, "");
    add("DELETE /api-tokens/{id}", "/api-tokens/" + none, JSON, "");
    add("DELETE /operators/me/sessions/{id}", "/operators/me/sessions/none", JSON, "");
    add("POST /operators/changes", "/operators/changes", JSON, "{\"kind\":\"none\"}");
    add("POST /operators/changes/{challenge}", "/operators/changes/none", JSON, "{}");
    add(
        "POST /operators/me/passkeys/{passkey}/withdraw",
        "/operators/me/passkeys/none/withdraw",
        JSON,
        "{\"reason\":\"none\"}");
    add("POST /operators/me/changes/{challenge}", "/operators/me/changes/none", JSON, "{}");
  }

  private void drills() {
    String none = "00000000-0000-7000-8000-000000000000";
    get("/drills", "/drills");
    get("/drills/events", "/drills/events");
    get("/drills/runs/{run}", "/drills/runs/" + none);
    get("/drills/runs/{run}/sarif", "/drills/runs/" + none + "/sarif");
    get("/drills/runners/{runner}/work", "/drills/runners/" + none + "/work");
    for (String what : List.of("requests", "runners", "runs")) {
      add("POST /drills/" + what, "/drills/" + what, JSON, "{}");
    }
    add("DELETE /drills/requests/{run}", "/drills/requests/" + none, JSON, "");
    add("POST /drills/runs/{run}/results", "/drills/runs/" + none + "/results", JSON, "{}");
  }

  private void get(String operation, String... paths) {
    for (String path : paths) {
      add("GET " + operation, path, JSON, "");
    }
  }

  private void add(String operation, String path, String type, String body) {
    String method = operation.substring(0, operation.indexOf(' '));
    calls
        .computeIfAbsent(operation, each -> new ArrayList<>())
        .add(new Call(method, path, type, body));
  }

  /** The operations, each as its method and path. */
  Set<String> operations() {
    return calls.keySet();
  }

  List<Call> of(String operation) {
    return calls.getOrDefault(operation, List.of());
  }
}
