package org.thingward.identity;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.thingward.platform.Base64Url;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Routes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks ACME as RFC 8555 has it, and as an attacker would: every part of a request can be set. */
public final class AcmeClient {
  static final String ORIGIN = "https://localhost:8443";
  static final String NEW_ACCOUNT = "/acme/new-account";
  static final String NEW_ORDER = "/acme/new-order";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** How requests reach the server. */
  @FunctionalInterface
  public interface Wire {
    /** The answer to a request. */
    DeviceResponse send(String method, String path, byte[] body, String host, String type);
  }

  private final Wire wire;
  private final String origin;
  final KeyPair key;
  Optional<String> account = Optional.empty();
  Map<String, String> answered = Map.of();

  AcmeClient(Installation here) {
    this(here, elliptic());
  }

  AcmeClient(Installation here, KeyPair key) {
    this(
        (method, path, body, host, type) -> call(here, method, path, body, host, type),
        ORIGIN,
        key);
  }

  /** One that speaks over {@code wire} with the server that is at {@code origin}. */
  public AcmeClient(Wire wire, String origin) {
    this(wire, origin, elliptic());
  }

  private AcmeClient(Wire wire, String origin, KeyPair key) {
    this.wire = wire;
    this.origin = origin;
    this.key = key;
  }

  static KeyPair elliptic() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  Map<String, Object> jwk() {
    return jwk(key);
  }

  static Map<String, Object> jwk(KeyPair key) {
    ECPublicKey point = (ECPublicKey) key.getPublic();
    Map<String, Object> jwk = new LinkedHashMap<>();
    jwk.put("kty", "EC");
    jwk.put("crv", "P-256");
    jwk.put("x", Base64Url.encode(coordinate(point.getW().getAffineX().toByteArray())));
    jwk.put("y", Base64Url.encode(coordinate(point.getW().getAffineY().toByteArray())));
    return jwk;
  }

  private static byte[] coordinate(byte[] number) {
    byte[] fixed = new byte[32];
    int length = Math.min(32, number.length);
    System.arraycopy(number, number.length - length, fixed, 32 - length, length);
    return fixed;
  }

  String nonce() {
    return send("HEAD", "/acme/new-nonce", new byte[0]).headers().get("replay-nonce");
  }

  /** The header of a request in order. */
  Map<String, Object> header(String path) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", "ES256");
    header.put("nonce", nonce());
    header.put("url", path.startsWith("https:") ? path : origin + path);
    account.ifPresentOrElse(kid -> header.put("kid", kid), () -> header.put("jwk", jwk()));
    return header;
  }

  /** The body of a request that this client's key signs. */
  byte[] signed(Map<String, Object> header, String payload) {
    return signed(header, payload, key);
  }

  static byte[] signed(Map<String, Object> header, String payload, KeyPair key) {
    String start = part(JSON.writeValueAsString(header)) + "." + part(payload);
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key.getPrivate());
      signature.update(start.getBytes(StandardCharsets.US_ASCII));
      return flattened(start, signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** What binds this client's key to a token, as its maker got it. */
  JsonNode binding(JsonNode token, String url) {
    return JSON.readTree(binding(token, url, JSON.writeValueAsString(jwk()), "HS256"));
  }

  static byte[] binding(JsonNode token, String url, String payload, String algorithm) {
    JsonNode acme = token.path("acme");
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", algorithm);
    header.put("kid", acme.path("kid").asString());
    header.put("url", url);
    String start = part(JSON.writeValueAsString(header)) + "." + part(payload);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(
              AcmeBase64.decode("key", acme.path("hmac-key").asString()), "HmacSHA256"));
      return flattened(start, mac.doFinal(start.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] flattened(String start, byte[] signature) {
    int point = start.indexOf('.');
    return JSON.writeValueAsBytes(
        Map.of(
            "protected", start.substring(0, point),
            "payload", start.substring(point + 1),
            "signature", Base64Url.encode(signature)));
  }

  static String part(String text) {
    return Base64Url.encode(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Registers with a token; remembers the account. */
  public AcmeClient registered(JsonNode token) {
    String payload =
        JSON.writeValueAsString(
            Map.of(
                "termsOfServiceAgreed",
                true,
                "externalAccountBinding",
                binding(token, origin + NEW_ACCOUNT)));
    JsonNode made = post(NEW_ACCOUNT, payload);
    if (!made.path("status").asString("").equals("valid")) {
      throw new AssertionError(made.toString());
    }
    account = Optional.of(answered.get("location"));
    return this;
  }

  public JsonNode post(String path, String payload) {
    return json(send("POST", path, signed(header(path), payload)));
  }

  /** Reads by an empty payload. */
  public JsonNode read(String path) {
    return post(path, "");
  }

  /** What is at a URL that is only read. */
  public byte[] fetch(String path) {
    return send("POST", path, signed(header(path), "")).body();
  }

  /** The key authorization for a challenge's token. */
  public String keyAuthorization(String token) {
    return token + "." + AcmeKey.read(JSON.valueToTree(jwk())).thumbprintText();
  }

  /** The header of this name in the last answer. */
  public String answered(String header) {
    return answered.getOrDefault(header, "");
  }

  /** The kind of error that a body is answered with; empty if with none. */
  String error(String path, byte[] body) {
    DeviceResponse response = send("POST", path, body);
    JsonNode tree = json(response);
    String type = tree.path("type").asString("");
    return type.startsWith("urn:ietf:params:acme:error:") ? type.substring(27) : "";
  }

  DeviceResponse send(String method, String path, byte[] body) {
    return send(method, path, body, origin.substring(8), "application/jose+json");
  }

  DeviceResponse send(String method, String path, byte[] body, String host, String type) {
    String local = path.startsWith(origin) ? path.substring(origin.length()) : path;
    DeviceResponse response = wire.send(method, local, body, host, type);
    answered = response.headers();
    return response;
  }

  private static DeviceResponse call(
      Installation here, String method, String path, byte[] body, String host, String type) {
    Routes.Builder<DeviceRoute> table = new Routes.Builder<>();
    here.identity.deviceRoutes().forEach(route -> table.add(route.method(), route.path(), route));
    Routes.Match<DeviceRoute> match = table.build().find(method, path);
    return match
        .route()
        .handler()
        .handle(
            new DeviceRequest(
                Optional.empty(),
                match.variables(),
                Map.of("host", host, "content-type", type),
                body,
                new InetSocketAddress("127.0.0.1", 1)));
  }

  static JsonNode json(DeviceResponse response) {
    return response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
  }
}
