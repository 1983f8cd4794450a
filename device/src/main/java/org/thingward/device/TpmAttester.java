package org.thingward.device;

import java.net.InetAddress;
import java.net.http.HttpRequest;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.thingward.trust.CanonicalJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A device's TPM speaks for it, over HTTPS with the device's own certificate. */
public final class TpmAttester implements AutoCloseable {
  private static final String BASE = "/.well-known/thingward/attestation/";

  private final ServerAddress server;
  private final HttpsExchange https;

  public TpmAttester(ServerAddress server, Credential credential) {
    this.server = server;
    this.https = new HttpsExchange(ClientTls.of(credential));
  }

  /**
   * One that speaks from a certain address of its machine.
   *
   * @param from one of the machine's own
   */
  public TpmAttester(ServerAddress server, Credential credential, InetAddress from) {
    this.server = server;
    this.https = new HttpsExchange(ClientTls.of(credential), from);
  }

  /**
   * Shows that its attestation key is in a TPM which its maker endorsed.
   *
   * @throws ServerRefused if the server does not believe it
   */
  public void prove(VirtualTpm tpm) {
    JsonNode sealed =
        send(
            "key",
            Map.of(
                "ek-certificate",
                tpm.file("ek.der"),
                "ek",
                tpm.file("ek.pub"),
                "ak",
                tpm.file("ak.pub")));
    byte[] opened = tpm.activate(credential(sealed));
    var unused = send("key/proof", Map.of("secret", opened));
  }

  /** What the server sealed for the TPM's endorsement key. */
  static byte[] credential(JsonNode answer) {
    try {
      return Base64.getDecoder().decode(answer.path("credential").asString(""));
    } catch (IllegalArgumentException e) {
      throw new ServerUnreachable("the server answered with what is no base64", e);
    }
  }

  /**
   * Shows that the key by which it speaks TLS is in the same TPM.
   *
   * @throws ServerRefused if the server does not believe it
   */
  public void showOwnKey(VirtualTpm tpm) {
    tpm.certify();
    var unused =
        send(
            "resident-key",
            Map.of(
                "ak", tpm.file("ak.pub"),
                "key", tpm.file("own.pub"),
                "certification", tpm.file("certification"),
                "signature", tpm.file("signed")));
  }

  /**
   * Quotes its boot over a nonce of the server.
   *
   * @param log the event log of this boot
   * @throws ServerRefused if the server does not believe it
   */
  public void quote(VirtualTpm tpm, byte[] log) {
    tpm.quote(nonce());
    var unused =
        send(
            "quote",
            Map.of(
                "ak", tpm.file("ak.pub"),
                "quote", tpm.file("quote"),
                "signature", tpm.file("signature"),
                "pcrs", tpm.file("pcrs"),
                "event-log", log));
  }

  /**
   * What each quote begins with: a nonce of the server.
   *
   * @throws ServerRefused if the device may not attest
   */
  public String nonce() {
    return send("nonce", Map.of()).path("nonce").asString("");
  }

  private JsonNode send(String what, Map<String, byte[]> members) {
    Map<String, Object> body = new TreeMap<>();
    members.forEach((name, bytes) -> body.put(name, Base64.getEncoder().encodeToString(bytes)));
    byte[] answer =
        https
            .send(
                HttpsExchange.to(server.https(BASE + what))
                    .header("content-type", "application/json")
                    .POST(
                        members.isEmpty()
                            ? HttpRequest.BodyPublishers.noBody()
                            : HttpRequest.BodyPublishers.ofByteArray(CanonicalJson.encode(body)))
                    .build())
            .body();
    try {
      return JsonMapper.shared().readTree(answer);
    } catch (JacksonException e) {
      throw new ServerUnreachable("the server answered with what is no JSON", e);
    }
  }

  @Override
  public void close() {
    https.close();
  }
}
